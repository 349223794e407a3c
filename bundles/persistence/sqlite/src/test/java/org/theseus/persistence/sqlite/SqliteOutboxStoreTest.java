package org.theseus.persistence.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.sqlite.SQLiteDataSource;
import org.theseus.persistence.api.Destination;
import org.theseus.persistence.contract.OutboxStoreContract;
import org.theseus.protocol.api.ServerName;

/** SQLite keeps the outbox as every store must. */
class SqliteOutboxStoreTest extends SqliteContract implements OutboxStoreContract {
  private static final ServerName PEER = ServerName.of("peer.example");

  @Test
  void aChoiceThatAnOlderReleaseMovedPastIsNone() throws SQLException {
    in(unit -> unit.outbox().remember(PEER));
    close();
    SQLiteDataSource plain = new SQLiteDataSource();
    plain.setUrl("jdbc:sqlite:" + folder.resolve("theseus.db"));
    try (Connection connection = plain.getConnection();
        Statement statement = connection.createStatement()) {
      statement.executeUpdate("UPDATE destination SET cursor = 7, catching_up_to = 5");
    }
    open();

    in(
        unit ->
            assertThat(unit.outbox().destination(PEER))
                .map(Destination::catchingUpTo)
                .hasValue(0L));
  }
}
