package org.theseus.transport.jettyserver;

import java.time.Duration;

/**
 * What a connection does, and since when.
 *
 * @param waiting how far it is
 * @param since a reading of {@link System#nanoTime}
 */
record Phase(Waiting waiting, long since) {
  /** How far a connection without a request is. */
  enum Waiting {
    /** A request is in progress. */
    NOT,
    /** Nothing has come since the last answer. */
    IDLE,
    /** A handshake or the head of a request has begun. */
    BEGUN
  }

  static Phase now(Waiting waiting) {
    return new Phase(waiting, System.nanoTime());
  }

  /** Tells whether a connection waits for its next request longer than it may. */
  boolean outstays(Duration idle, Duration head) {
    Duration spent = Duration.ofNanos(System.nanoTime() - since);
    return switch (waiting) {
      case NOT -> false;
      case IDLE -> spent.compareTo(idle) >= 0;
      case BEGUN -> spent.compareTo(head) >= 0;
    };
  }
}
