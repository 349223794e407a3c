package org.theseus.transport.keys;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.theseus.protocol.api.ServerName;

/**
 * Forgets the keys of strangers, who signed nothing that we hold: of all but those asked last, and
 * of whoever was not asked for long. A few at a time, so that nobody waits for the store.
 */
final class Strangers {
  private static final Logger LOG = LoggerFactory.getLogger(Strangers.class);

  /**
   * How much of them is kept.
   *
   * @param most of how many
   * @param longest for how long
   * @param atATime how many are forgotten in one unit of work
   */
  record Limits(int most, Duration longest, int atATime) {
    static final Limits DEFAULT = new Limits(10_000, Duration.ofDays(30), 20);
  }

  private final KnownKeys known;
  private final LongSupplier nowTs;
  private final Limits limits;
  private final AtomicBoolean forgetting = new AtomicBoolean();

  Strangers(KnownKeys known, LongSupplier nowTs, Limits limits) {
    this.known = known;
    this.nowTs = nowTs;
    this.limits = limits;
  }

  /** Forgets what there is to forget, unless that is being done. */
  CompletionStage<Void> forget() {
    if (!forgetting.compareAndSet(false, true)) {
      return CompletableFuture.completedFuture(null);
    }
    long longestTs = nowTs.getAsLong() - limits.longest().toMillis();
    return known
        .strangersBeyond(limits.most())
        .thenCompose(beyondTs -> forgetUntil(Math.max(longestTs, beyondTs.orElse(longestTs))))
        .whenComplete(
            (done, failure) -> {
              forgetting.set(false);
              if (failure != null) {
                LOG.debug("keys of strangers are forgotten later", failure);
              }
            });
  }

  private CompletionStage<Void> forgetUntil(long untilTs) {
    CompletionStage<List<ServerName>> some = known.forgetStrangers(untilTs, limits.atATime());
    return some.thenCompose(
        gone ->
            gone.size() < limits.atATime()
                ? CompletableFuture.completedFuture(null)
                : forgetUntil(untilTs));
  }
}
