package org.theseus.persistence.sqlite;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.theseus.persistence.api.PersistenceException;
import org.theseus.persistence.sql.store.JdbcUnitOfWork;
import org.theseus.persistence.sql.store.Session;

/**
 * Runs the units that wait in one transaction, each behind a savepoint of its own, and tells their
 * answers after the one commit. Used by the query thread.
 */
final class GroupCommit {
  private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);
  // A group ends so that the first of it is not kept waiting for ever by those that keep coming.
  private static final long MAX_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final Connection connection;
  private final UnitQueue queue;
  private final int maxUnits;
  private final Session session;
  private final JdbcUnitOfWork ports;

  GroupCommit(Connection connection, UnitQueue queue, int maxUnits) {
    this.connection = connection;
    this.queue = queue;
    this.maxUnits = maxUnits;
    this.session = new Session(connection);
    this.ports = new JdbcUnitOfWork(session);
  }

  /** Runs a unit and those behind it, commits and tells. */
  void commitFrom(PendingUnit<?> first) {
    List<PendingUnit<?>> group = new ArrayList<>();
    long start = System.nanoTime();
    Optional<PendingUnit<?>> next = Optional.of(first);
    try {
      while (next.isPresent()) {
        group.add(next.get());
        runBehindSavepoint(next.get());
        boolean full = group.size() >= maxUnits || System.nanoTime() - start > MAX_NANOS;
        next = full ? Optional.empty() : queue.poll();
      }
      connection.commit();
    } catch (SQLException | RuntimeException failed) {
      undo(group, failed);
      return;
    }
    group.forEach(PendingUnit::tell);
  }

  private void runBehindSavepoint(PendingUnit<?> unit) throws SQLException {
    Savepoint savepoint = connection.setSavepoint();
    Optional<? extends Throwable> failure = run(unit);
    if (failure.isPresent()) {
      connection.rollback(savepoint);
      unit.failed(failure.get());
    }
    // Some failures (a full disk) make SQLite undo the whole transaction; then this fails, and so
    // does the group.
    connection.releaseSavepoint(savepoint);
  }

  private Optional<? extends Throwable> run(PendingUnit<?> unit) {
    Throwable thrown = null;
    session.begin();
    try {
      unit.run(ports);
    } catch (Throwable any) { // whatever a caller's function throws is the caller's answer
      thrown = any;
    }
    Optional<PersistenceException> failedQuery = session.end();
    return thrown == null ? failedQuery : Optional.of(thrown);
  }

  private void undo(List<PendingUnit<?>> group, Exception why) {
    LOG.error("The commit of {} units of work failed", group.size(), why);
    try {
      connection.rollback();
    } catch (SQLException failed) {
      why.addSuppressed(failed);
    }
    PersistenceException told = new PersistenceException("the commit failed", why);
    group.forEach(unit -> unit.tellUndone(told));
  }
}
