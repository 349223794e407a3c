package org.theseus.launcher.demo;

import java.time.Duration;
import java.time.Instant;

/** A stretch of time, such as a request or a swap takes. */
record Interval(Instant start, Instant end) {
  boolean overlaps(Interval other) {
    return !start.isAfter(other.end) && !other.start.isAfter(end);
  }

  long millis() {
    return Duration.between(start, end).toMillis();
  }
}
