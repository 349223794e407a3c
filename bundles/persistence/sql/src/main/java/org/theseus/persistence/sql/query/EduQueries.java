package org.theseus.persistence.sql.query;

/** Durable EDUs that were received and are to be handled. */
public final class EduQueries {
  private static final String SELECT =
      """
      SELECT j.nid, o.server_name, j.type, j.content, j.attempts, j.problem
      FROM journal_edu j
      JOIN server_ref o ON o.nid = j.origin
      """;

  /** Adds an EDU. */
  public static final String ADD =
      "INSERT INTO journal_edu (origin, type, content) VALUES (?, ?, ?) RETURNING nid";

  /** EDUs of some types of one origin, in order of receipt. */
  public static final String OF_ORIGIN =
      SELECT
          + """
          WHERE j.origin = (SELECT nid FROM server_ref WHERE server_name = ?)
            AND j.quarantined = 0 AND +j.type IN (?)
          ORDER BY j.nid
          LIMIT ?
          """;

  /** Whose EDUs wait. */
  public static final String ORIGINS =
      """
      SELECT o.server_name FROM server_ref o
      WHERE EXISTS (SELECT 1 FROM journal_edu j WHERE j.origin = o.nid AND j.quarantined = 0)
      """;

  /** How many of some types of one origin wait. */
  public static final String WAITING =
      """
      SELECT COUNT(*) FROM journal_edu
      WHERE origin = (SELECT nid FROM server_ref WHERE server_name = ?) AND quarantined = 0
        AND type IN (?)
      """;

  /** Changes what may change of an EDU. */
  public static final String UPDATE =
      "UPDATE journal_edu SET attempts = ?, problem = ?, quarantined = ? WHERE nid = ?";

  /** What was given up. */
  public static final String QUARANTINED =
      SELECT + "WHERE j.quarantined = 1 ORDER BY j.nid LIMIT ?";

  /** Removes what was given up but the newest. */
  public static final String TRIM_QUARANTINE =
      """
      DELETE FROM journal_edu
      WHERE quarantined = 1 AND nid <= (
        SELECT nid FROM journal_edu WHERE quarantined = 1 ORDER BY nid DESC LIMIT 1 OFFSET ?)
      """;

  /** Removes an EDU. */
  public static final String REMOVE = "DELETE FROM journal_edu WHERE nid = ?";

  private EduQueries() {}
}
