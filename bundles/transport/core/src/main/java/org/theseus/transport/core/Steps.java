package org.theseus.transport.core;

import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Runs the steps of a request on the pool: one that is begun by another at once, one that comes
 * from elsewhere when a thread is free.
 */
final class Steps {
  private final Executor pool;
  private final Consumer<Throwable> onFailure;

  /** The thread of the pool that does a step now; only that thread finds itself here. */
  private volatile Thread worker;

  /**
   * Makes the runner of one request.
   *
   * @param pool runs steps
   * @param onFailure is told what a step throws
   */
  Steps(Executor pool, Consumer<Throwable> onFailure) {
    this.pool = pool;
    this.onFailure = onFailure;
  }

  /**
   * Runs a step.
   *
   * @throws java.util.concurrent.RejectedExecutionException if the pool has stopped
   */
  void run(Runnable step) {
    if (Thread.currentThread().equals(worker)) {
      attempt(step);
    } else {
      pool.execute(() -> work(step));
    }
  }

  private void work(Runnable step) {
    worker = Thread.currentThread();
    try {
      attempt(step);
    } finally {
      worker = null;
    }
  }

  /** Does something on this thread, whichever it is. */
  void attempt(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException | Error failed) {
      onFailure.accept(failed);
    }
  }
}
