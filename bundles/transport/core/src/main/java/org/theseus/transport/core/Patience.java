package org.theseus.transport.core;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How long is waited for endpoints that go in a row, as those of one bundle do: all together no
 * longer than for one. A row ends when an endpoint comes, or when none has gone for a while.
 * Guarded by {@code this}.
 */
final class Patience {
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final Duration limit;
  private final LongSupplier nanoTime;
  private boolean inRow;
  private long deadline;
  private long lastEnded;
  private int waiting;

  Patience(Duration limit, LongSupplier nanoTime) {
    this.limit = limit;
    this.nanoTime = nanoTime;
  }

  /** Tells how long the next wait may be; {@link #end} must follow it. */
  synchronized Duration begin() {
    long now = nanoTime.getAsLong();
    if (!inRow || (waiting == 0 && now - lastEnded > PAUSE.toNanos())) {
      inRow = true;
      deadline = now + limit.toNanos();
    }
    waiting++;
    return Duration.ofNanos(Math.max(0, deadline - now));
  }

  /** Notes that a wait is over. */
  synchronized void end() {
    waiting--;
    lastEnded = nanoTime.getAsLong();
  }

  /** Ends a row. */
  synchronized void renew() {
    inRow = false;
  }
}
