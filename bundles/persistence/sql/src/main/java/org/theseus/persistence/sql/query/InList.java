package org.theseus.persistence.sql.query;

/** Widens a query that ends in {@code IN (?)} to a list of values. */
public final class InList {
  private InList() {}

  /**
   * Widens a query.
   *
   * @param query a query with one {@code IN (?)}
   * @param size how many values
   * @return the query for that many
   */
  public static String of(String query, int size) {
    return query.replace("IN (?)", "IN (?" + ", ?".repeat(size - 1) + ")");
  }
}
