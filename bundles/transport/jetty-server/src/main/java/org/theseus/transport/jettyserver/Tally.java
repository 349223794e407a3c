package org.theseus.transport.jettyserver;

import java.util.concurrent.atomic.LongAdder;

/** What a server has counted since it started. Safe for many threads. */
final class Tally {
  private final LongAdder requests = new LongAdder();
  private final LongAdder handshakesFailed = new LongAdder();
  private final LongAdder cut = new LongAdder();
  private final LongAdder crowdedOut = new LongAdder();

  /** Counts a request. */
  void request() {
    requests.increment();
  }

  /** Counts a handshake that came to nothing. */
  void handshakeFailed() {
    handshakesFailed.increment();
  }

  /** Counts a client that was too slow. */
  void cut() {
    cut.increment();
  }

  /** Counts a connection that gave way to another. */
  void crowdedOut() {
    crowdedOut.increment();
  }

  long requests() {
    return requests.sum();
  }

  long handshakesFailed() {
    return handshakesFailed.sum();
  }

  long cuts() {
    return cut.sum();
  }

  long crowdedOuts() {
    return crowdedOut.sum();
  }
}
