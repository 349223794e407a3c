package org.theseus.persistence.sqlite;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.theseus.persistence.api.Database;
import org.theseus.protocol.api.TransientException;

/**
 * The database in one SQLite file. A thread of its own runs every query, one at a time: it takes
 * the units that wait, runs them in one transaction and tells the answers after the commit. Safe
 * for many threads.
 */
final class SqliteStore implements Database, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SqliteStore.class);

  /**
   * Bounds.
   *
   * @param units the most units that wait or whose answer is being told; further ones are refused,
   *     since {@code submit} never waits
   * @param group the most units that share a commit
   * @param opening how long opening waits for whoever has the file
   * @param closing how long closing takes at most
   */
  record Limits(int units, int group, Duration opening, Duration closing) {
    static final Limits DEFAULT =
        new Limits(20_000, 500, Duration.ofSeconds(10), Duration.ofSeconds(5));

    /** How long waiting units are still run; the rest is for the last of them. */
    Duration grace() {
      return closing.multipliedBy(4).dividedBy(5);
    }
  }

  private final Path file;
  private final Limits limits;
  private final UnitQueue queue;
  private final Callbacks callbacks = new Callbacks();
  private final CompletableFuture<Void> opened = new CompletableFuture<>();
  private final Thread queryThread = new Thread(this::openAndRun, "theseus-sqlite");

  SqliteStore(Path file, Limits limits) {
    this.file = file;
    this.limits = limits;
    this.queue = new UnitQueue(limits.units());
    queryThread.setDaemon(true);
  }

  /**
   * Opens the file; called once.
   *
   * @throws org.theseus.persistence.api.PersistenceException if that fails, or the file is somebody
   *     else's
   */
  void open() {
    queryThread.start();
    join(opened);
  }

  @Override
  public <T> CompletionStage<T> submit(Work<T> work) {
    PendingUnit<T> unit = new PendingUnit<>(work, callbacks, queue::told);
    try {
      add(unit);
    } catch (TransientException refused) {
      return CompletableFuture.failedFuture(refused);
    }
    return unit.answer();
  }

  // Told by the query thread itself, since nothing follows but the caller's awakening: so a
  // callback that waits here
  // does not wait for a thread of its own kind.
  @Override
  public <T> T run(Work<T> work) {
    PendingUnit<T> unit = new PendingUnit<>(work, Runnable::run, queue::told);
    add(unit);
    return join(unit.answer());
  }

  private void add(PendingUnit<?> unit) {
    if (Thread.currentThread() == queryThread) {
      throw new IllegalStateException("a unit of work was started inside a unit of work");
    }
    queue.add(unit);
  }

  private static <T> T join(CompletableFuture<T> answer) {
    try {
      return answer.join();
    } catch (CompletionException failed) {
      if (failed.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (failed.getCause() instanceof Error cause) {
        throw cause;
      }
      throw failed;
    }
  }

  private void openAndRun() {
    try (SqliteFile open = SqliteFile.open(file, limits.opening())) {
      LOG.info("Opened {} with schema version {}", file, open.schemaVersion());
      opened.complete(null);
      GroupCommit commits =
          new GroupCommit(open.connection(), open::reconnect, queue, limits.group());
      Optional<PendingUnit<?>> first = queue.take();
      while (first.isPresent()) {
        commits.commitFrom(first.get());
        first = queue.take();
      }
    } catch (SQLException | IOException | RuntimeException failed) {
      if (!opened.completeExceptionally(failed)) {
        LOG.error("Closing {} failed", file, failed);
      }
    } finally {
      queue.close(Duration.ZERO);
      refuseRest();
    }
  }

  private void refuseRest() {
    for (PendingUnit<?> unit : queue.drain()) {
      unit.tellUndone(new TransientException("the store was closed before this unit of work"));
    }
  }

  /**
   * Takes no more units, runs those that wait, moves the write-ahead log into the file and frees
   * it; within {@link Limits#closing}. Units that were not run get a {@link TransientException}.
   * Closing again changes nothing.
   */
  @Override
  public void close() {
    if (Thread.currentThread() == queryThread) {
      throw new IllegalStateException("the store was closed inside a unit of work");
    }
    queue.close(limits.grace());
    long deadline = System.nanoTime() + limits.closing().toNanos();
    boolean interrupted = false;
    boolean ended = false;
    while (!ended) {
      try {
        awaitQueries(deadline);
        callbacks.close(left(deadline));
        ended = true;
      } catch (InterruptedException early) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void awaitQueries(long deadline) throws InterruptedException {
    queryThread.join(Math.max(1, left(deadline).toMillis()));
    if (queryThread.isAlive()) {
      LOG.warn("A unit of work has not ended in {}; {} stays locked", limits.closing(), file);
      refuseRest();
    } else {
      LOG.info("Closed {}", file);
    }
  }

  private static Duration left(long deadline) {
    return Duration.ofNanos(deadline - System.nanoTime());
  }
}
