package org.theseus.persistence.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteDataSource;
import org.theseus.persistence.api.PersistenceException;
import org.theseus.persistence.sqlite.SqliteStore.Limits;
import org.theseus.protocol.api.TransientException;

/** What is SQLite's own: the file, its lock, the bounds. */
@Timeout(60)
class SqliteStoreTest {
  private static final Limits IMPATIENT =
      new Limits(5, 10, Duration.ofMillis(200), Duration.ofMillis(500));

  @TempDir Path folder;
  private final List<SqliteStore> opened = new ArrayList<>();

  private Path file() {
    return folder.resolve("data").resolve("theseus.db");
  }

  private SqliteStore open(Limits limits) {
    SqliteStore store = new SqliteStore(file(), limits);
    opened.add(store);
    store.open();
    return store;
  }

  private static Optional<String> setting(SqliteStore store, String name) {
    return store.run(unit -> unit.settings().get(name));
  }

  @AfterEach
  void closeAll() {
    opened.forEach(SqliteStore::close);
  }

  @Test
  void closingLeavesOneFileWithoutALogBesideIt() {
    SqliteStore store = open(Limits.DEFAULT);
    store.run(Units.put("k", "v"));
    assertThat(folder.resolve("data/theseus.db-wal")).isNotEmptyFile();

    store.close();

    assertThat(file()).isNotEmptyFile();
    assertThat(folder.resolve("data/theseus.db-wal")).doesNotExist();
  }

  @Test
  void aSecondStoreIsKeptOutUntilTheFirstHasClosed() {
    SqliteStore first = open(Limits.DEFAULT);

    assertThatThrownBy(() -> open(IMPATIENT))
        .isInstanceOf(PersistenceException.class)
        .hasMessageContaining("in use");

    first.run(Units.put("k", "v"));
    first.close();
    assertThat(setting(open(IMPATIENT), "k")).contains("v");
  }

  @Test
  void aNewGenerationWaitsForTheOldOneToClose() {
    SqliteStore old = open(Limits.DEFAULT);
    CountDownLatch go = new CountDownLatch(1);
    CompletableFuture<Boolean> last = old.submit(Units.await(go)).toCompletableFuture();
    Thread closing = new Thread(old::close);
    closing.start();

    // when the new one is opened while the old one still works
    CompletableFuture<SqliteStore> young =
        CompletableFuture.supplyAsync(() -> open(Limits.DEFAULT), task -> new Thread(task).start());
    go.countDown();

    assertThat(young.join().<Integer>run(unit -> 1)).isEqualTo(1);
    assertThat(last).isCompleted();
  }

  @Test
  void noOtherProgramGetsIn() throws SQLException {
    open(Limits.DEFAULT).run(Units.put("k", "v"));

    SQLiteDataSource other = new SQLiteDataSource();
    other.setUrl("jdbc:sqlite:" + file());
    try (Connection connection = other.getConnection();
        Statement statement = connection.createStatement()) {
      assertThatThrownBy(() -> statement.executeQuery("SELECT * FROM setting"))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("locked");
    }
  }

  @Test
  void refusesLoudlyWhatOnlyNewerCodeCanRead() throws SQLException {
    open(Limits.DEFAULT).close();
    setVersions(9, 8);

    assertThatThrownBy(() -> open(IMPATIENT))
        .isInstanceOf(PersistenceException.class)
        .hasMessageContaining("schema version 9")
        .hasMessageContaining("8 or newer");
    // and the refusal frees the file
    setVersions(9, 1);
    assertThat(open(IMPATIENT).<Integer>run(unit -> 1)).isEqualTo(1);
  }

  private void setVersions(int version, int readableFrom) throws SQLException {
    SQLiteDataSource plain = new SQLiteDataSource();
    plain.setUrl("jdbc:sqlite:" + file());
    try (Connection connection = plain.getConnection();
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(
          "UPDATE schema_version SET version = %d, readable_from = %d"
              .formatted(version, readableFrom));
    }
  }

  @Test
  void refusesAFileThatIsNoDatabase() throws Exception {
    Files.createDirectories(file().getParent());
    Files.writeString(file(), "This is the log of the Argo, and no database at all.".repeat(100));

    assertThatThrownBy(() -> open(IMPATIENT))
        .isInstanceOf(PersistenceException.class)
        .hasMessageContaining("theseus.db");
    assertThat(file()).content().startsWith("This is the log");
  }

  @Test
  void refusesUnitsPastTheBoundAtOnceAndRecovers() {
    SqliteStore store = open(IMPATIENT);
    CountDownLatch go = new CountDownLatch(1);
    List<CompletableFuture<Boolean>> taken = new ArrayList<>();
    for (int i = 0; i < IMPATIENT.units(); i++) {
      taken.add(store.submit(Units.await(go)).toCompletableFuture());
    }

    assertThat(store.submit(unit -> 1).toCompletableFuture())
        .isCompletedExceptionally()
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withCauseInstanceOf(TransientException.class);
    assertThatThrownBy(() -> store.run(unit -> 1)).isInstanceOf(TransientException.class);

    go.countDown();
    taken.forEach(CompletableFuture::join);
    // The last of them makes room right after it has been told.
    Units.eventually(() -> store.<Integer>run(unit -> 1));
  }

  @Test
  void closingIsBoundedEvenIfAUnitHangs() {
    SqliteStore store = open(IMPATIENT);
    CountDownLatch go = new CountDownLatch(1);
    CompletableFuture<Boolean> hanging = store.submit(Units.await(go)).toCompletableFuture();
    CompletableFuture<Boolean> behind = store.submit(Units.put("k", "v")).toCompletableFuture();

    long start = System.nanoTime();
    store.close();

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    assertThatThrownBy(behind::join).hasCauseInstanceOf(TransientException.class);
    assertThat(hanging).isNotDone();
    // and once it ends, it is committed and told, and the file is free
    go.countDown();
    assertThat(hanging.join()).isTrue();
    assertThat(setting(open(Limits.DEFAULT), "k")).isEmpty();
  }

  @Test
  void leavesNoThreadBehind() {
    SqliteStore store = open(Limits.DEFAULT);
    store.submit(unit -> 1).toCompletableFuture().join();
    store.close();

    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .noneMatch(name -> name.startsWith("theseus-sqlite"));
  }
}
