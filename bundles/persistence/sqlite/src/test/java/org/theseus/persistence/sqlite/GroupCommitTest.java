package org.theseus.persistence.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.theseus.persistence.api.Database.Work;
import org.theseus.persistence.api.PersistenceException;

/** Groups of units and their one commit, run by the test's own thread. */
class GroupCommitTest {
  @TempDir Path folder;
  private final UnitQueue queue = new UnitQueue(100);
  private SqliteFile file;
  private int commits;
  private int reconnects;
  private boolean commitFails;

  @BeforeEach
  void open() {
    file = SqliteFile.open(folder.resolve("theseus.db"), Duration.ZERO);
  }

  @AfterEach
  void close() throws Exception {
    file.close();
  }

  /** The real connection, but with commits counted and made to fail. */
  private Connection watched() {
    return (Connection)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("commit")) {
                commits++;
                if (commitFails) {
                  throw new SQLException("disk I/O error");
                }
              }
              try {
                return method.invoke(file.connection(), arguments);
              } catch (InvocationTargetException thrown) {
                throw thrown.getCause();
              }
            });
  }

  private Connection reconnect() throws SQLException {
    reconnects++;
    file.reconnect();
    return watched();
  }

  /** Runs units in as few groups as there may be. */
  @SafeVarargs
  private List<CompletableFuture<Boolean>> runTogether(int maxUnits, Work<Boolean>... works) {
    List<PendingUnit<Boolean>> units = new ArrayList<>();
    for (Work<Boolean> work : works) {
      units.add(new PendingUnit<>(work, Runnable::run, queue::told));
    }
    units.forEach(queue::add);
    GroupCommit groups = new GroupCommit(watched(), this::reconnect, queue, maxUnits);
    for (Optional<PendingUnit<?>> first = queue.poll(); first.isPresent(); first = queue.poll()) {
      groups.commitFrom(first.get());
    }
    return units.stream().map(PendingUnit::answer).toList();
  }

  private Optional<String> setting(String name) {
    CompletableFuture<Optional<String>> found = new CompletableFuture<>();
    runTogether(1, unit -> found.complete(unit.settings().get(name)));
    return found.join();
  }

  @Test
  void unitsThatWaitShareOneCommit() {
    var answers = runTogether(100, Units.put("a", "1"), Units.put("b", "1"), Units.put("c", "1"));

    assertThat(answers).allMatch(CompletableFuture::join);
    assertThat(commits).isEqualTo(1);
  }

  @Test
  void aGroupIsBounded() {
    runTogether(2, Units.put("a", "1"), Units.put("b", "1"), Units.put("c", "1"));

    assertThat(commits).isEqualTo(2);
  }

  @Test
  void aFailingCommitFailsAllOfTheGroupAndKeepsNothing() {
    commitFails = true;

    var answers =
        runTogether(
            100,
            Units.put("a", "1"),
            unit -> {
              throw new IllegalArgumentException("its own");
            },
            Units.put("c", "1"));

    assertThatThrownBy(answers.get(0)::join)
        .hasCauseInstanceOf(PersistenceException.class)
        .hasRootCauseMessage("disk I/O error");
    assertThatThrownBy(answers.get(1)::join).hasCauseInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(answers.get(2)::join).hasCauseInstanceOf(PersistenceException.class);
    commitFails = false;
    assertThat(setting("a")).isEmpty();
    assertThat(setting("c")).isEmpty();
    assertThat(runTogether(100, Units.put("a", "2"))).allMatch(CompletableFuture::join);
    assertThat(setting("a")).contains("2");
  }

  @Test
  void aFullDiskLosesNothingThatWasToldAndTellsNothingThatWasLost() throws SQLException {
    runTogether(100, Units.put("before", "1"));
    limitPages();
    String big = "x".repeat(10_000_000);

    var answers =
        runTogether(
            100,
            Units.put("a", "1"),
            unit -> {
              try {
                unit.settings().put("big", big);
              } catch (PersistenceException full) {
                // given up by SQLite, and the unit goes on as if nothing had happened
                unit.settings().put("big", "small");
              }
              return true;
            },
            Units.put("c", "1"),
            Units.put("d", "1"));

    // Whether SQLite undid the one unit or all is its own affair: what was told is what is there.
    assertThatThrownBy(answers.get(1)::join).hasCauseInstanceOf(PersistenceException.class);
    assertThat(setting("before")).contains("1");
    assertThat(setting("big")).isEmpty();
    for (int i : List.of(0, 2, 3)) {
      assertThat(setting(List.of("a", "big", "c", "d").get(i)).isPresent())
          .isEqualTo(!answers.get(i).isCompletedExceptionally());
    }
    // the next group works, on a connection whose transaction is known
    assertThat(answers.get(3).join()).isTrue();
    assertThat(reconnects).isEqualTo(1);
    assertThat(runTogether(100, Units.put("big", big))).allMatch(CompletableFuture::join);
  }

  /** Lets the file grow by a few pages only, as a full disk does. */
  private void limitPages() throws SQLException {
    try (Statement statement = file.connection().createStatement()) {
      int pages;
      try (var row = statement.executeQuery("PRAGMA page_count")) {
        pages = row.getInt(1);
      }
      statement.execute("PRAGMA max_page_count = " + (pages + 20));
    }
  }

  @Test
  void aTransactionThatIsGoneFailsTheWholeGroup() {
    // given a unit in whose middle the database itself undoes everything, as it may when the disk
    // is full
    var answers =
        runTogether(
            100,
            Units.put("a", "1"),
            unit -> {
              rollBackAll();
              return unit.settings().get("a").isPresent();
            },
            Units.put("c", "1"));

    assertThatThrownBy(answers.get(0)::join).hasCauseInstanceOf(PersistenceException.class);
    assertThatThrownBy(answers.get(1)::join).hasCauseInstanceOf(PersistenceException.class);
    assertThat(setting("a")).isEmpty();
    // the third begins a group of its own
    assertThat(answers.get(2).join()).isTrue();
    assertThat(setting("c")).contains("1");
  }

  private void rollBackAll() {
    try {
      file.connection().rollback();
    } catch (SQLException failed) {
      throw new IllegalStateException(failed);
    }
  }
}
