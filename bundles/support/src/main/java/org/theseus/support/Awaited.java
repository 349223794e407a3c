package org.theseus.support;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Holds something that comes and goes, such as a service of a layer that may be replaced, for
 * callers that wait for it. Safe for many threads; guarded by {@code this}.
 *
 * @param <T> what is waited for
 */
public final class Awaited<T> {
  private T current;
  private CompletableFuture<T> arrival = new CompletableFuture<>();
  private boolean closed;

  /**
   * Tells that it has come, in place of what was there.
   *
   * @param arrived what has come
   */
  public void come(T arrived) {
    CompletableFuture<T> waiting;
    synchronized (this) {
      if (closed) {
        return;
      }
      current = Objects.requireNonNull(arrived);
      waiting = arrival;
      arrival = CompletableFuture.completedFuture(arrived);
    }
    waiting.complete(arrived);
  }

  /**
   * Tells that it has gone; does nothing if another has come since.
   *
   * @param gone what has gone
   */
  public synchronized void go(T gone) {
    if (current == gone && !closed) {
      current = null;
      arrival = new CompletableFuture<>();
    }
  }

  /**
   * Tells whether something is still the one there.
   *
   * @param known what was there before
   * @return true if it has neither gone nor been replaced
   */
  public synchronized boolean isCurrent(T known) {
    return current == known;
  }

  /**
   * Ends all waiting, now and later.
   *
   * @param why what those who wait are told
   */
  public void close(RuntimeException why) {
    CompletableFuture<T> waiting;
    synchronized (this) {
      closed = true;
      current = null;
      waiting = arrival;
      arrival = CompletableFuture.failedFuture(why);
    }
    waiting.completeExceptionally(why);
  }

  /**
   * Waits without holding a thread.
   *
   * @param limit the longest wait
   * @return completes with what is there, at once or on the thread that tells of it; exceptionally
   *     with a {@link java.util.concurrent.TimeoutException} after the limit
   */
  public synchronized CompletableFuture<T> await(Duration limit) {
    return arrival.isDone()
        ? arrival
        : arrival.copy().orTimeout(Math.max(limit.toMillis(), 0), TimeUnit.MILLISECONDS);
  }
}
