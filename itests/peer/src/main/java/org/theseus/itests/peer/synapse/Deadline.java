package org.theseus.itests.peer.synapse;

import java.net.SocketTimeoutException;
import java.time.Duration;

/** A moment on the wall's clock by which something must have ended. */
final class Deadline {
  private final long nanos;

  Deadline(Duration fromNow) {
    nanos = System.nanoTime() + fromNow.toNanos();
  }

  /** The earlier of this one and one from now. */
  Deadline atMost(Duration fromNow) {
    Deadline other = new Deadline(fromNow);
    return other.nanos - nanos < 0 ? other : this;
  }

  /** How many milliseconds are left, at least one. */
  int left() throws SocketTimeoutException {
    long left = nanos - System.nanoTime();
    if (left <= 0) {
      throw new SocketTimeoutException("timed out");
    }
    return (int) Math.max(1, left / 1_000_000);
  }
}
