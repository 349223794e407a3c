package org.theseus.persistence.sql.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteDataSource;
import org.theseus.persistence.api.PersistenceException;
import org.theseus.persistence.sql.schema.Dialect;
import org.theseus.persistence.sql.schema.Schema;
import org.theseus.persistence.sql.schema.Step;

/** Databases of several ages meet code of several ages. */
class MigratorTest {
  private static final Step ONE =
      new Step(1, 1, List.of("CREATE TABLE ship (nid ${identity}, name ${text})"));
  private static final Step TWO =
      new Step(2, 1, List.of("ALTER TABLE ship ADD COLUMN oars ${number}"));
  private static final Step THREE =
      new Step(3, 3, List.of("ALTER TABLE ship RENAME COLUMN name TO called"));

  /** The plainest spelling. */
  private static final class Plain implements Dialect {
    @Override
    public String identity() {
      return "INTEGER PRIMARY KEY";
    }

    @Override
    public String number() {
      return "INTEGER";
    }

    @Override
    public String text() {
      return "TEXT";
    }

    @Override
    public String bytes() {
      return "BLOB";
    }

    @Override
    public String clustered() {
      return "";
    }
  }

  @TempDir Path folder;

  private Connection connection() throws SQLException {
    SQLiteDataSource source = new SQLiteDataSource();
    source.setUrl("jdbc:sqlite:" + folder.resolve("test.db"));
    Connection connection = source.getConnection();
    connection.setAutoCommit(false);
    return connection;
  }

  private int migrate(Step... steps) throws SQLException {
    try (Connection connection = connection()) {
      return new Migrator(new Plain(), List.of(steps)).migrate(connection);
    }
  }

  private List<String> columns() throws SQLException {
    List<String> columns = new ArrayList<>();
    try (Connection connection = connection();
        Statement statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT name FROM pragma_table_info('ship')")) {
      while (rows.next()) {
        columns.add(rows.getString(1));
      }
    }
    return columns;
  }

  @Test
  void aFreshDatabaseTakesAllSteps() throws SQLException {
    assertThat(migrate(ONE, TWO, THREE)).isEqualTo(3);
    assertThat(columns()).containsExactly("nid", "called", "oars");
  }

  @Test
  void anOldDatabaseTakesTheStepsItHasNotSeenAndKeepsItsData() throws SQLException {
    migrate(ONE);
    try (Connection connection = connection();
        Statement statement = connection.createStatement()) {
      statement.executeUpdate("INSERT INTO ship (name) VALUES ('Argo')");
      connection.commit();
    }

    assertThat(migrate(ONE, TWO, THREE)).isEqualTo(3);

    try (Connection connection = connection();
        Statement statement = connection.createStatement();
        var row = statement.executeQuery("SELECT called FROM ship")) {
      assertThat(row.getString(1)).isEqualTo("Argo");
    }
    assertThat(migrate(ONE, TWO, THREE)).isEqualTo(3);
  }

  @Test
  void olderCodeOpensWhatItCanStillRead() throws SQLException {
    migrate(ONE, TWO);

    assertThat(migrate(ONE)).isEqualTo(2);
    assertThat(columns()).containsExactly("nid", "name", "oars");
  }

  @Test
  void olderCodeIsRefusedWhatItCannotRead() throws SQLException {
    migrate(ONE, TWO, THREE);

    assertThatThrownBy(() -> migrate(ONE, TWO))
        .isInstanceOf(PersistenceException.class)
        .hasMessage(
            "the database has schema version 3, which code for version 3 or newer can read;"
                + " this code is for 2");
    assertThat(migrate(ONE, TWO, THREE)).isEqualTo(3);
  }

  @Test
  void whatOnceNeededNewerCodeStaysSo() throws SQLException {
    migrate(ONE, TWO, THREE, new Step(4, 1, List.of()));

    assertThatThrownBy(() -> migrate(ONE, TWO)).isInstanceOf(PersistenceException.class);
  }

  @Test
  void aStepThatFailsLeavesTheDatabaseAsItWas() throws SQLException {
    migrate(ONE);
    Step wrong =
        new Step(3, 3, List.of("ALTER TABLE ship ADD COLUMN sail ${text}", "CREATE NONSENSE"));

    assertThatThrownBy(() -> migrate(ONE, TWO, wrong)).isInstanceOf(SQLException.class);

    assertThat(columns()).containsExactly("nid", "name");
    assertThat(migrate(ONE, TWO)).isEqualTo(2);
  }

  @Test
  void ofKeysFromBeforeNobodyKnowsWhatTheySignedAndTheyStay() throws SQLException {
    migrate(Schema.STEPS.subList(0, 5).toArray(Step[]::new));
    try (Connection connection = connection();
        Statement statement = connection.createStatement()) {
      statement.executeUpdate("INSERT INTO server_ref (nid, server_name) VALUES (7, 'a.example')");
      statement.executeUpdate(
          "INSERT INTO server_key VALUES (7, 'ed25519:1', x'00', 1, 0, 1), (7, 'ed25519:2', x'00',"
              + " 1, 0, 1)");
      connection.commit();
    }

    migrate(Schema.STEPS.subList(0, 6).toArray(Step[]::new));

    try (Connection connection = connection();
        Statement statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT server, kept FROM key_holder")) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getInt(1)).isEqualTo(7);
      assertThat(rows.getInt(2)).isEqualTo(1);
      assertThat(rows.next()).isFalse();
    }
  }

  @Test
  void ourStepsAreNumberedWithoutGapsAndLeaveNoPlaceholder() {
    int expected = 1;
    for (Step step : Schema.STEPS) {
      assertThat(step.version()).isEqualTo(expected++);
      assertThat(step.definitions())
          .isNotEmpty()
          .allSatisfy(text -> assertThat(new Plain().fill(text)).doesNotContain("${"));
    }
  }

  @Test
  void aStepCannotBeReadableOnlyByCodeNewerThanItself() {
    assertThatThrownBy(() -> new Step(2, 3, List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
