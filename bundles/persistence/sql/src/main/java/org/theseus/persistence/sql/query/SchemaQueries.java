package org.theseus.persistence.sql.query;

/** The schema's two numbers. */
public final class SchemaQueries {
  /** Reads them. */
  public static final String FIND = "SELECT version, readable_from FROM schema_version";

  /** Writes them. */
  public static final String PUT =
      """
      INSERT INTO schema_version (only_row, version, readable_from) VALUES (1, ?, ?)
      ON CONFLICT (only_row) DO UPDATE
      SET version = excluded.version, readable_from = excluded.readable_from
      """;

  private SchemaQueries() {}
}
