package org.theseus.persistence.sql.query;

/** How far others' transactions have reached us, and whom to ask for what came after. */
public final class PullQueries {
  /** Notes the latest transaction of a server. */
  public static final String REACHED =
      """
      INSERT INTO pull (server, reached, not_before_ts) VALUES (?, ?, 0)
      ON CONFLICT (server) DO UPDATE SET reached = excluded.reached
      """;

  /** Makes all that may be asked at a time such as are to be asked. */
  public static final String BEGIN =
      "UPDATE pull SET ask_after = reached WHERE ask_after IS NULL AND not_before_ts <= ?";

  /** Who is to be asked. */
  public static final String PENDING =
      """
      SELECT n.server_name, p.ask_after
      FROM pull p
      JOIN server_ref n ON n.nid = p.server
      WHERE p.ask_after IS NOT NULL
      """;

  /** Notes how far asking has come. */
  public static final String GO_ON =
      """
      UPDATE pull SET ask_after = ?
      WHERE server = (SELECT nid FROM server_ref WHERE server_name = ?) AND ask_after IS NOT NULL
      """;

  /** Ends asking. */
  public static final String END =
      """
      UPDATE pull SET ask_after = NULL, not_before_ts = ?
      WHERE server = (SELECT nid FROM server_ref WHERE server_name = ?)
      """;

  private PullQueries() {}
}
