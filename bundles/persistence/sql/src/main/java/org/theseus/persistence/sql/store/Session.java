package org.theseus.persistence.sql.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.theseus.persistence.api.PersistenceException;
import org.theseus.persistence.sql.query.InList;

/**
 * Runs the queries of one connection, each prepared once, and only while a unit of work is open.
 * Used by the thread that opens units.
 */
public final class Session {
  private static final int SOME = 8;
  private static final int MANY = 100;

  private final Connection connection;
  private final Map<String, PreparedStatement> statements = new HashMap<>();
  private volatile Thread inUnit;
  private PersistenceException failure;

  /**
   * Makes the session of a connection, which stays the caller's to commit and to close.
   *
   * @param connection the connection, not in auto-commit mode
   */
  public Session(Connection connection) {
    this.connection = connection;
  }

  /** Opens a unit of work for the calling thread. */
  public void begin() {
    failure = null;
    inUnit = Thread.currentThread();
  }

  /**
   * Ends the unit of work.
   *
   * @return the first failure of a query in it, even if the unit caught it
   */
  public Optional<PersistenceException> end() {
    inUnit = null;
    return Optional.ofNullable(failure);
  }

  /** Makes a value of the row a result stands at; must not run queries. */
  @FunctionalInterface
  interface Row<T> {
    T read(ResultSet row) throws SQLException;
  }

  /** Something to do with JDBC. */
  @FunctionalInterface
  private interface Call<T> {
    T run() throws SQLException;
  }

  /** Changes rows, and tells how many. */
  int update(String query, Object... values) {
    return guarded(query, () -> prepared(query, values).executeUpdate());
  }

  /** Reads all rows. */
  <T> List<T> list(String query, Row<T> row, Object... values) {
    return guarded(
        query,
        () -> {
          List<T> all = new ArrayList<>();
          try (ResultSet result = prepared(query, values).executeQuery()) {
            while (result.next()) {
              all.add(row.read(result));
            }
          }
          return all;
        });
  }

  /** Reads the only row there may be. */
  <T> Optional<T> find(String query, Row<T> row, Object... values) {
    return list(query, row, values).stream().findFirst();
  }

  /** Reads the number in the only row there may be; empty if it is null. */
  Optional<Long> number(String query, Object... values) {
    List<Long> found = list(query, row -> nullableLong(row, 1), values);
    return found.isEmpty() ? Optional.empty() : Optional.ofNullable(found.get(0));
  }

  /** Reads all rows for any number of values, in portions; the query has one {@code IN (?)}. */
  <T> List<T> listIn(String query, Row<T> row, List<?> values) {
    List<T> all = new ArrayList<>();
    for (int from = 0; from < values.size(); from += MANY) {
      List<?> portion = values.subList(from, Math.min(from + MANY, values.size()));
      // Three sizes, so that three statements are prepared and not a hundred; the last value
      // repeats.
      int size = portion.size() == 1 ? 1 : portion.size() <= SOME ? SOME : MANY;
      Object[] padded = new Object[size];
      for (int i = 0; i < size; i++) {
        padded[i] = portion.get(Math.min(i, portion.size() - 1));
      }
      all.addAll(list(InList.of(query, size), row, padded));
    }
    return all;
  }

  /** Reads a number that may be null. */
  static Long nullableLong(ResultSet row, int column) throws SQLException {
    long value = row.getLong(column);
    return row.wasNull() ? null : value;
  }

  private <T> T guarded(String query, Call<T> call) {
    if (Thread.currentThread() != inUnit) {
      throw new IllegalStateException("a port was used outside its unit of work");
    }
    if (failure != null) {
      // A failed query may have ended the transaction: what came now could stay, alone.
      throw new PersistenceException("an earlier query of this unit of work failed", failure);
    }
    try {
      return call.run();
    } catch (SQLException failed) {
      failure = new PersistenceException("query failed: " + query.strip(), failed);
      throw failure;
    }
  }

  // A cached statement is closed with its connection.
  private PreparedStatement prepared(String query, Object... values) throws SQLException {
    PreparedStatement statement = statements.get(query);
    if (statement == null) {
      statement = connection.prepareStatement(query);
      statements.put(query, statement);
    }
    for (int i = 0; i < values.length; i++) {
      bind(statement, i + 1, values[i]);
    }
    return statement;
  }

  private static void bind(PreparedStatement statement, int index, Object value)
      throws SQLException {
    if (value == null) {
      statement.setNull(index, Types.NULL);
    } else if (value instanceof Long number) {
      statement.setLong(index, number);
    } else if (value instanceof Integer number) {
      statement.setInt(index, number);
    } else if (value instanceof Boolean truth) {
      statement.setInt(index, truth ? 1 : 0);
    } else if (value instanceof byte[] bytes) {
      statement.setBytes(index, bytes);
    } else if (value instanceof String text) {
      statement.setString(index, text);
    } else {
      throw new IllegalArgumentException("no column holds a " + value.getClass());
    }
  }
}
