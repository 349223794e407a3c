package org.theseus.transport.keys;

import java.time.Duration;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.theseus.protocol.api.ServerName;
import org.theseus.support.Backoff;
import org.theseus.support.Lru;

/**
 * When a server may be asked again: soon after a first failure, for it may just be starting, then
 * ever more seldom; and not at once after an answer, or made-up key ids would have us ask without
 * end. Guarded by {@code this}.
 */
final class Pace {
  private static final Backoff FAILED = new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(1));
  private static final Duration ANSWERED = Duration.ofSeconds(1);
  private static final int MAX_SERVERS = 10_000;

  private final LongSupplier nanoTime;
  private final DoubleSupplier jitter;
  private final Lru<ServerName, Last> lasts = new Lru<>(MAX_SERVERS);

  private record Last(int failures, long nextNanos) {}

  /**
   * Makes a pace.
   *
   * @param jitter by what a wait after a failure is multiplied, so that not all end together
   */
  Pace(LongSupplier nanoTime, DoubleSupplier jitter) {
    this.nanoTime = nanoTime;
    this.jitter = jitter;
  }

  synchronized boolean allows(ServerName server) {
    return rest(server) == 0;
  }

  /** Tells how many nanoseconds are left until it may be asked; none if it may be now. */
  synchronized long rest(ServerName server) {
    return lasts
        .get(server)
        .map(last -> Math.max(0, last.nextNanos() - nanoTime.getAsLong()))
        .orElse(0L);
  }

  /** Tells whether nothing came of it the last time. */
  synchronized boolean hasFailed(ServerName server) {
    return lasts.get(server).filter(last -> last.failures() > 0).isPresent();
  }

  synchronized void answered(ServerName server) {
    lasts.put(server, new Last(0, nanoTime.getAsLong() + ANSWERED.toNanos()));
  }

  synchronized void failed(ServerName server) {
    int failures = lasts.get(server).map(Last::failures).orElse(0) + 1;
    long wait = (long) (FAILED.after(failures).toNanos() * jitter.getAsDouble());
    lasts.put(server, new Last(failures, nanoTime.getAsLong() + wait));
  }

  /** Forgets failures: it may be asked at any time. */
  synchronized void forget(ServerName server) {
    lasts.remove(server);
  }
}
