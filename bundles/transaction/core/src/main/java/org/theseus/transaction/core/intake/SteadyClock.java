package org.theseus.transaction.core.intake;

import java.time.Clock;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.theseus.persistence.api.SettingStore;

/**
 * Tells how old things are though the system's clock may jump: it goes on where the store says it
 * had come to, at the speed of time, never back, and takes no more than a day for the time it was
 * not running. So it may fall behind, which keeps things longer, but never runs ahead, which would
 * forget them early. Used in units of work only, by the thread that runs them.
 */
final class SteadyClock {
  private static final String NAME = "transaction.core.steady_clock";
  private static final Duration LONGEST_ABSENCE = Duration.ofDays(1);

  private final Clock clock;
  private final LongSupplier nanos;
  private boolean running;
  private long startTs;
  private long startNanos;

  SteadyClock(Clock clock, LongSupplier nanos) {
    this.clock = clock;
    this.nanos = nanos;
  }

  /** Tells the time, in milliseconds since about the epoch. */
  long now(SettingStore settings) {
    if (!running) {
      startTs = settings.get(NAME).map(Long::parseLong).map(this::after).orElseGet(clock::millis);
      startNanos = nanos.getAsLong();
      running = true;
    }
    return startTs + Duration.ofNanos(nanos.getAsLong() - startNanos).toMillis();
  }

  private long after(long last) {
    return Math.max(last, Math.min(clock.millis(), last + LONGEST_ABSENCE.toMillis()));
  }

  /** Notes how far it has come, for the next one. */
  void keep(SettingStore settings) {
    settings.put(NAME, Long.toString(now(settings)));
  }
}
