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

  /** Gives up the connection there was, and makes another. */
  @FunctionalInterface
  interface Reconnect {
    Connection again() throws SQLException;
  }

  private final Reconnect reconnect;
  private final UnitQueue queue;
  private final int maxUnits;
  private Connection connection;
  private Session session;
  private JdbcUnitOfWork ports;
  private boolean broken;

  GroupCommit(Connection connection, Reconnect reconnect, UnitQueue queue, int maxUnits) {
    this.reconnect = reconnect;
    this.queue = queue;
    this.maxUnits = maxUnits;
    use(connection);
  }

  private void use(Connection fresh) {
    connection = fresh;
    session = new Session(fresh);
    ports = new JdbcUnitOfWork(session);
    broken = false;
  }

  /** Runs a unit and those behind it, commits and tells. */
  void commitFrom(PendingUnit<?> first) {
    List<PendingUnit<?>> group = new ArrayList<>();
    long start = System.nanoTime();
    Optional<PendingUnit<?>> next = Optional.of(first);
    group.add(first);
    try {
      if (broken) {
        use(reconnect.again());
      }
      while (next.isPresent()) {
        runBehindSavepoint(next.get());
        boolean full = group.size() >= maxUnits || System.nanoTime() - start > MAX_NANOS;
        next = full ? Optional.empty() : queue.poll();
        next.ifPresent(group::add);
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
    failure.ifPresent(unit::failed);
    try {
      if (failure.isPresent()) {
        connection.rollback(savepoint);
      }
      connection.releaseSavepoint(savepoint);
    } catch (SQLException gone) {
      // Some failures, as a full disk, make SQLite undo the whole transaction: then the group is
      // lost.
      failure.ifPresent(gone::addSuppressed);
      throw gone;
    }
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
    try {
      connection.rollback();
    } catch (SQLException failed) {
      // Nobody knows what transaction this connection is in, if any: not used again.
      broken = true;
      why.addSuppressed(failed);
    }
    LOG.error("A group of {} units of work was undone", group.size(), why);
    PersistenceException told = new PersistenceException("the commit failed", why);
    group.forEach(unit -> unit.tellUndone(told));
  }
}
