package org.theseus.persistence.sqlite;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;
import org.theseus.persistence.api.Database;
import org.theseus.persistence.contract.DatabaseContract;
import org.theseus.persistence.contract.EventStoreContract;
import org.theseus.persistence.contract.JournalStoreContract;
import org.theseus.persistence.contract.KeyStoreContract;
import org.theseus.persistence.contract.OutboxStoreContract;
import org.theseus.persistence.contract.RoomStoreContract;
import org.theseus.persistence.contract.StateStoreContract;
import org.theseus.persistence.contract.StoreContract;

/** SQLite does what every store must do. */
class SqliteContractTest {
  abstract static class Sqlite implements StoreContract {
    @TempDir Path folder;
    private SqliteStore store;

    @Override
    public Database database() {
      return store;
    }

    @Override
    @BeforeEach
    public void open() {
      store = new SqliteStore(folder.resolve("theseus.db"), SqliteStore.Limits.DEFAULT);
      store.open();
    }

    @Override
    @AfterEach
    public void close() {
      store.close();
    }
  }

  @Nested
  class Units extends Sqlite implements DatabaseContract {}

  @Nested
  class Events extends Sqlite implements EventStoreContract {}

  @Nested
  class Rooms extends Sqlite implements RoomStoreContract {}

  @Nested
  class States extends Sqlite implements StateStoreContract {}

  @Nested
  class Journal extends Sqlite implements JournalStoreContract {}

  @Nested
  class Outbox extends Sqlite implements OutboxStoreContract {}

  @Nested
  class Keys extends Sqlite implements KeyStoreContract {}
}
