package org.theseus.transaction.core.intake;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.theseus.persistence.api.Database;
import org.theseus.persistence.api.UnitOfWork;

/**
 * Forgets what is remembered of transactions once it is older than the retention: few rows in a
 * unit of work, with room for others between two, so that nobody waits for it.
 */
final class Forgetting {
  static final int PORTION = 100;
  private static final Duration BETWEEN_PORTIONS = Duration.ofMillis(20);
  private static final Duration BETWEEN_SWEEPS = Duration.ofMinutes(10);
  private static final Logger LOG = LoggerFactory.getLogger(Forgetting.class);

  private final Database database;
  private final SteadyClock clock;
  private final Duration retention;
  private final ScheduledExecutorService scheduler;
  private final Tally tally;

  Forgetting(
      Database database,
      SteadyClock clock,
      Duration retention,
      ScheduledExecutorService scheduler,
      Tally tally) {
    this.database = database;
    this.clock = clock;
    this.retention = retention;
    this.scheduler = scheduler;
    this.tally = tally;
  }

  /** Forgets a portion, and sees to it that the next follows. Returns at once. */
  void begin() {
    database
        .submit(this::forget)
        .whenComplete(
            (forgotten, failed) -> {
              if (failed != null) {
                LOG.debug("Forgetting old transactions waits", failed);
                next(BETWEEN_SWEEPS);
              } else {
                tally.add(Tally.Of.FORGOTTEN, forgotten);
                next(forgotten > 0 ? BETWEEN_PORTIONS : BETWEEN_SWEEPS);
              }
            });
  }

  private int forget(UnitOfWork unit) {
    clock.keep(unit.settings());
    long before = clock.now(unit.settings()) - retention.toMillis();
    int answers = unit.intake().forget(before, PORTION);
    return answers + unit.intake().forgetEdus(before, PORTION - answers);
  }

  @SuppressWarnings("FutureReturnValueIgnored") // what fails is tried again
  private void next(Duration wait) {
    try {
      scheduler.schedule(this::begin, wait.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException stopping) {
      LOG.debug("Old transactions are left to whoever comes next");
    }
  }
}
