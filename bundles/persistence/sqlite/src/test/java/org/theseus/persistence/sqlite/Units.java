package org.theseus.persistence.sqlite;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.theseus.persistence.api.Database.Work;
import org.theseus.protocol.api.TransientException;

/** Units of work for tests. */
final class Units {
  private Units() {}

  static Work<Boolean> put(String name, String value) {
    return unit -> {
      unit.settings().put(name, value);
      return true;
    };
  }

  /** Keeps the query thread until it may go on. */
  static Work<Boolean> await(CountDownLatch go) {
    return unit -> {
      try {
        return go.await(30, TimeUnit.SECONDS);
      } catch (InterruptedException interrupted) {
        throw new IllegalStateException(interrupted);
      }
    };
  }

  /** Tries until it is no longer refused. */
  static void eventually(Runnable attempt) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (true) {
      try {
        attempt.run();
        return;
      } catch (TransientException refused) {
        if (System.nanoTime() > deadline) {
          throw refused;
        }
        LockSupport.parkNanos(1_000_000);
      }
    }
  }
}
