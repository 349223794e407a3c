package org.theseus.transport.jettyserver;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Waits for what Jetty does not tell of, without holding a thread. */
final class Until {
  private static final Duration TICK = Duration.ofMillis(2);

  private Until() {}

  /**
   * Looks again and again.
   *
   * @param condition what is waited for; cheap
   * @param limit the longest wait
   * @param timer does the looking
   * @return completes with true once the condition holds, with false after the limit
   */
  static CompletionStage<Boolean> holds(
      BooleanSupplier condition, Duration limit, ScheduledExecutorService timer) {
    CompletableFuture<Boolean> told = new CompletableFuture<>();
    check(condition, System.nanoTime() + limit.toNanos(), timer, told);
    return told;
  }

  private static void check(
      BooleanSupplier condition,
      long deadline,
      ScheduledExecutorService timer,
      CompletableFuture<Boolean> told) {
    if (condition.getAsBoolean()) {
      told.complete(true);
    } else if (System.nanoTime() - deadline >= 0) {
      told.complete(false);
    } else {
      CompletableFuture.delayedExecutor(TICK.toMillis(), TimeUnit.MILLISECONDS, timer)
          .execute(() -> check(condition, deadline, timer, told));
    }
  }
}
