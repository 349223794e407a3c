package org.theseus.persistence.sqlite;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.theseus.persistence.api.Database;
import org.theseus.persistence.contract.StoreContract;

/** An SQLite store for the contracts that every store must keep. */
abstract class SqliteContract implements StoreContract {
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
