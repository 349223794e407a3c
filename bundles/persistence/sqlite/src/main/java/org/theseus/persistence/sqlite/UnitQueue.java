package org.theseus.persistence.sqlite;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.theseus.protocol.api.TransientException;

/** The units that wait, in order, and the gate before them. Guarded by {@code lock}. */
final class UnitQueue {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<PendingUnit<?>> waiting = new ArrayDeque<>();
  private final int capacity;
  private int untold;
  private boolean closed;
  private long deadline;

  /**
   * Makes a queue.
   *
   * @param capacity the most units that were added and whose answer was not told to the end
   */
  UnitQueue(int capacity) {
    this.capacity = capacity;
  }

  /**
   * Puts a unit at the end; never waits.
   *
   * @throws TransientException if there are too many, or the gate is closed
   */
  void add(PendingUnit<?> unit) {
    lock.lock();
    try {
      if (closed) {
        throw new TransientException("the store is closing");
      }
      if (untold >= capacity) {
        throw new TransientException("the store has " + capacity + " units of work waiting");
      }
      untold++;
      waiting.add(unit);
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Makes room: the answer of a unit was told, and whoever waited for it has run. */
  void told() {
    lock.lock();
    try {
      untold--;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes the first unit, waiting for it; empty once the gate is closed and nothing is to be run
   * any more.
   */
  Optional<PendingUnit<?>> take() {
    lock.lock();
    try {
      while (waiting.isEmpty() && !closed) {
        changed.awaitUninterruptibly();
      }
      return next();
    } finally {
      lock.unlock();
    }
  }

  /** Takes the first unit if there is one to be run. */
  Optional<PendingUnit<?>> poll() {
    lock.lock();
    try {
      return next();
    } finally {
      lock.unlock();
    }
  }

  private Optional<PendingUnit<?>> next() {
    boolean tooLate = closed && System.nanoTime() - deadline > 0;
    return tooLate ? Optional.empty() : Optional.ofNullable(waiting.poll());
  }

  /**
   * Closes the gate; what waits may still be taken for a while.
   *
   * @param grace for how long
   */
  void close(Duration grace) {
    lock.lock();
    try {
      if (!closed) {
        closed = true;
        deadline = System.nanoTime() + grace.toNanos();
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Takes everything out. */
  List<PendingUnit<?>> drain() {
    lock.lock();
    try {
      List<PendingUnit<?>> rest = new ArrayList<>(waiting);
      waiting.clear();
      return rest;
    } finally {
      lock.unlock();
    }
  }
}
