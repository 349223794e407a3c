package org.theseus.persistence.sqlite;

import java.nio.file.Path;
import java.util.concurrent.CompletionStage;
import org.theseus.persistence.api.Database;

/** The real store, opened by tests of other layers. */
public final class TestStore implements Database, AutoCloseable {
  private final SqliteStore store;

  public TestStore(Path file) {
    store = new SqliteStore(file, SqliteStore.Limits.DEFAULT);
    store.open();
  }

  @Override
  public <T> CompletionStage<T> submit(Work<T> work) {
    return store.submit(work);
  }

  @Override
  public <T> T run(Work<T> work) {
    return store.run(work);
  }

  @Override
  public void close() {
    store.close();
  }
}
