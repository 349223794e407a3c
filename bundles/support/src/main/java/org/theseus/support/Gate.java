package org.theseus.support;

import java.time.Duration;

/**
 * Lets work in while it is open, and waits for what is inside once it is closed. Who enters is
 * counted first and asks then whether the gate is open, so that nobody slips in unseen while it
 * closes. Safe for many threads; guarded by {@code this}.
 */
public final class Gate {
  private boolean open = true;
  private int inside;

  /**
   * Tries to come in.
   *
   * @return true if the gate is open; then {@link #leave} must follow
   */
  public synchronized boolean enter() {
    inside++;
    if (open) {
      return true;
    }
    leave();
    return false;
  }

  /** Goes out. */
  public synchronized void leave() {
    inside--;
    if (inside == 0) {
      notifyAll();
    }
  }

  /** Lets nobody in from now on; does not wait. May be called again. */
  public synchronized void close() {
    open = false;
  }

  /**
   * Tells how many are inside.
   *
   * @return the count
   */
  public synchronized int inside() {
    return inside;
  }

  /**
   * Lets nobody in and waits for those inside. If the thread is interrupted it stops waiting and
   * stays interrupted.
   *
   * @param limit the longest wait
   * @return how many are still inside
   */
  public synchronized int drain(Duration limit) {
    open = false;
    long deadline = System.nanoTime() + limit.toNanos();
    try {
      for (long left = limit.toNanos();
          inside > 0 && left > 0;
          left = deadline - System.nanoTime()) {
        long millis = left / 1_000_000;
        wait(millis, (int) (left - millis * 1_000_000));
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
    return inside;
  }
}
