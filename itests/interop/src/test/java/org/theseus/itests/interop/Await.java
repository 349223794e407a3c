package org.theseus.itests.interop;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Waits for what comes in its own time. */
final class Await {
  private static final long PAUSE_MILLIS = 100;
  private static final Duration END_LIMIT = Duration.ofSeconds(75); // a client's patience, and some

  private Await() {}

  /** Waits until a thread that was told to end has ended; it must do so in time. */
  static void end(Thread thread) {
    try {
      thread.join(END_LIMIT.toMillis());
      if (thread.isAlive()) {
        thread.interrupt();
        throw new AssertionError(thread + " did not end within " + END_LIMIT);
      }
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
      } catch (InterruptedException stop) {
        throw stop;
      } catch (Throwable notYet) {
        if (System.nanoTime() > deadline) {
          throw notYet instanceof Error error ? error : new AssertionError(notYet);
        }
      }
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    }
  }
}
