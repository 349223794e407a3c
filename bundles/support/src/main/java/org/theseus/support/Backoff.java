package org.theseus.support;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Waits that double from one failure to the next, up to a bound.
 *
 * @param first the wait after the first failure
 * @param longest the bound
 */
public record Backoff(Duration first, Duration longest) {
  private static final int MAX_DOUBLINGS = 30;

  /** Checks that both are there. */
  public Backoff {
    Objects.requireNonNull(first);
    Objects.requireNonNull(longest);
  }

  /**
   * Tells the wait after some failures.
   *
   * @param failures how many in a row, at least 1
   * @return how long to wait
   */
  public Duration after(int failures) {
    int doublings = Math.min(Math.max(failures - 1, 0), MAX_DOUBLINGS);
    Duration wait = first.multipliedBy(1L << doublings);
    return wait.compareTo(longest) < 0 ? wait : longest;
  }

  /**
   * Tells a wait that differs by up to a quarter from {@link #after}, so that those who failed
   * together do not all come back together; it grows and is bounded all the same.
   *
   * @param failures how many in a row, at least 1
   * @return how long to wait
   */
  public Duration scattered(int failures) {
    Duration middle = longest.multipliedBy(4).dividedBy(5);
    Duration wait = after(failures);
    long millis = (wait.compareTo(middle) < 0 ? wait : middle).toMillis();
    return Duration.ofMillis(millis * 3 / 4 + ThreadLocalRandom.current().nextLong(millis / 2 + 1));
  }
}
