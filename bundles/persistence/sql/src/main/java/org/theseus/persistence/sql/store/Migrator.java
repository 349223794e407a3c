package org.theseus.persistence.sql.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.theseus.persistence.api.PersistenceException;
import org.theseus.persistence.sql.query.SchemaQueries;
import org.theseus.persistence.sql.schema.Dialect;
import org.theseus.persistence.sql.schema.Schema;
import org.theseus.persistence.sql.schema.Step;

/** Brings a database to our schema, or refuses it. */
public final class Migrator {
  private final Dialect dialect;
  private final List<Step> steps;

  /**
   * Makes one for our schema.
   *
   * @param dialect how the database spells it
   */
  public Migrator(Dialect dialect) {
    this(dialect, Schema.STEPS);
  }

  Migrator(Dialect dialect, List<Step> steps) {
    this.dialect = dialect;
    this.steps = List.copyOf(steps);
  }

  private record Version(int version, int readableFrom) {}

  /**
   * Takes the steps the database has not seen, all or none.
   *
   * @param connection a connection to it, not in auto-commit mode
   * @return the schema's version, which may be above ours
   * @throws PersistenceException if only newer code can read it
   * @throws SQLException if the database failed; nothing was changed
   */
  public int migrate(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(dialect.fill(Schema.VERSION_TABLE));
      Version found = find(statement);
      int ours = steps.get(steps.size() - 1).version();
      if (found.readableFrom() > ours) {
        throw new PersistenceException(
            "the database has schema version %d, which code for version %d or newer can read; this code is for %d"
                .formatted(found.version(), found.readableFrom(), ours));
      }
      Version reached = found;
      for (Step step : steps) {
        if (step.version() > found.version()) {
          for (String definition : step.definitions()) {
            statement.execute(dialect.fill(definition));
          }
          reached =
              new Version(step.version(), Math.max(reached.readableFrom(), step.readableFrom()));
        }
      }
      if (!reached.equals(found)) {
        put(connection, reached);
      }
      connection.commit();
      return reached.version();
    } catch (SQLException | RuntimeException failed) {
      connection.rollback();
      throw failed;
    }
  }

  private static Version find(Statement statement) throws SQLException {
    try (var row = statement.executeQuery(SchemaQueries.FIND)) {
      return row.next() ? new Version(row.getInt(1), row.getInt(2)) : new Version(0, 0);
    }
  }

  private static void put(Connection connection, Version version) throws SQLException {
    try (var statement = connection.prepareStatement(SchemaQueries.PUT)) {
      statement.setInt(1, version.version());
      statement.setInt(2, version.readableFrom());
      statement.executeUpdate();
    }
  }
}
