package org.theseus.persistence.sql.query;

/** Facts with a name. */
public final class SmallQueries {
  /** A fact. */
  public static final String FIND_SETTING = "SELECT value FROM setting WHERE name = ?";

  /** Notes a fact. */
  public static final String PUT_SETTING =
      """
      INSERT INTO setting (name, value) VALUES (?, ?)
      ON CONFLICT (name) DO UPDATE SET value = excluded.value
      """;

  private SmallQueries() {}
}
