package org.theseus.transport.core;

import java.util.concurrent.atomic.AtomicBoolean;
import org.theseus.transport.api.Exchange;

/** Notices that the client of a request goes, from when somebody wants to know. */
final class Departure {
  private final Exchange exchange;
  private final Runnable then;
  private final AtomicBoolean watched = new AtomicBoolean();
  private volatile boolean noticed;

  /**
   * Makes one that does not watch yet.
   *
   * @param exchange the request
   * @param then runs when the client goes
   */
  Departure(Exchange exchange, Runnable then) {
    this.exchange = exchange;
    this.then = then;
  }

  /** Watches from now on, if not before. */
  void watch() {
    if (watched.compareAndSet(false, true)) {
      exchange.onGone(
          () -> {
            noticed = true;
            then.run();
          });
    }
  }

  /** Tells whether the client is known to have gone. */
  boolean isNoticed() {
    return noticed;
  }
}
