package org.theseus.transport.jettyserver;

import java.time.Duration;

/**
 * Judges whether what is written to a client moves. Bytes are counted by who writes; all else is
 * for one thread that looks from time to time.
 */
final class Pace {
  private volatile long written;
  private boolean looking;
  private long since;
  private long writtenThen;

  /** Notes that bytes have gone; by one thread at a time. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // one writer at a time, as an endpoint has
  void wrote(long bytes) {
    written += bytes;
  }

  /**
   * Tells whether too little has moved for too long.
   *
   * @param blocked whether something waits to be written
   * @param limit the time in which something must move
   */
  boolean stalls(boolean blocked, Duration limit) {
    long now = System.nanoTime();
    long least = Math.max(1, limit.toSeconds() * Limits.LEAST_BYTES_PER_SECOND);
    if (!blocked || !looking || written - writtenThen >= least) {
      looking = blocked;
      since = now;
      writtenThen = written;
      return false;
    }
    return now - since >= limit.toNanos();
  }
}
