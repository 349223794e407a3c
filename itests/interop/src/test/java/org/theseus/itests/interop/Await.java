package org.theseus.itests.interop;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Waits for what comes in its own time. */
final class Await {
  private static final long PAUSE_MILLIS = 100;

  private Await() {}

  /** Waits until a thread that was told to end has ended. */
  static void end(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }

  /** Repeats assertions until they hold; after the limit their last failure is the test's. */
  static void until(Duration limit, ThrowingCallable assertions) throws Exception {
    long deadline = System.nanoTime() + limit.toNanos();
    while (true) {
      try {
        assertions.call();
        return;
      } catch (Throwable notYet) {
        if (System.nanoTime() > deadline) {
          throw notYet instanceof Error error ? error : new AssertionError(notYet);
        }
      }
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    }
  }
}
