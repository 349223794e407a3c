package org.theseus.transaction.core.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.theseus.persistence.api.Database;
import org.theseus.persistence.api.IntakeStore.Answered;
import org.theseus.persistence.api.UnitOfWork;
import org.theseus.support.Threads;

/** What is remembered of transactions, and for how long, whatever the clock does. */
class ForgettingTest extends IntakeFixture {
  private static final Duration RETENTION = Duration.ofDays(30);
  private static final long START = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();

  private final ScheduledThreadPoolExecutor background = Threads.scheduler("test-forgetting");
  private final AtomicLong wall = new AtomicLong(START);
  private final AtomicLong nanos = new AtomicLong();

  @AfterEach
  void stop() {
    background.shutdownNow();
  }

  private SteadyClock steady() {
    Clock clock =
        new Clock() {
          @Override
          public ZoneOffset getZone() {
            return ZoneOffset.UTC;
          }

          @Override
          public Clock withZone(ZoneId zone) {
            return this;
          }

          @Override
          public Instant instant() {
            return Instant.ofEpochMilli(wall.get());
          }
        };
    return new SteadyClock(clock, nanos::get);
  }

  /** Lets time pass, for the machine and on its clock. */
  private void pass(Duration time) {
    wall.addAndGet(time.toMillis());
    nanos.addAndGet(time.toNanos());
  }

  private Forgetting forgetting(Database store, SteadyClock clock) {
    return new Forgetting(store, clock, RETENTION, background, tally);
  }

  private long now(SteadyClock clock) {
    return database.run(
        unit -> {
          clock.keep(unit.settings());
          return clock.now(unit.settings());
        });
  }

  private void answer(SteadyClock clock, String txnId) {
    database.run(
        unit -> {
          long now = clock.now(unit.settings());
          unit.intake().put(ORIGIN, txnId, new Answered(new byte[] {1}, new byte[] {2}, now));
          return now;
        });
  }

  private boolean isKnown(String txnId) {
    return database.run(unit -> unit.intake().find(ORIGIN, txnId).isPresent());
  }

  /** Forgets until there is nothing more to forget. */
  private void forgetAll(SteadyClock clock) throws Exception {
    Counting counting = new Counting(database);
    forgetting(counting, clock).begin();
    await(() -> counting.idle.get() > 0);
  }

  /** Counts what each unit of work forgets. */
  private static final class Counting implements Database {
    private final Database real;
    private final AtomicInteger most = new AtomicInteger();
    private final AtomicInteger all = new AtomicInteger();
    private final AtomicInteger idle = new AtomicInteger();

    Counting(Database real) {
      this.real = real;
    }

    @Override
    public <T> CompletionStage<T> submit(Work<T> work) {
      return real.submit(work)
          .whenComplete(
              (forgotten, failed) -> {
                int count = (Integer) forgotten;
                all.addAndGet(count);
                most.accumulateAndGet(count, Math::max);
                if (count == 0) {
                  idle.incrementAndGet();
                }
              });
    }
  }

  @Test
  void anAnswerIsKnownForTheRetentionAndForgottenAfterIt() throws Exception {
    SteadyClock clock = steady();
    answer(clock, "old");
    pass(Duration.ofDays(1));
    answer(clock, "younger");

    pass(Duration.ofDays(29));
    forgetAll(clock);
    assertThat(isKnown("old")).isTrue();

    pass(Duration.ofMillis(1));
    forgetAll(clock);
    assertThat(isKnown("old")).isFalse();
    assertThat(isKnown("younger")).isTrue();
  }

  @Test
  void aClockThatJumpsWhileWeRunChangesNothing() throws Exception {
    SteadyClock clock = steady();
    answer(clock, "1");
    for (long jump : new long[] {400, -800, 10_000, -20_000}) {
      wall.addAndGet(Duration.ofDays(jump).toMillis());
      forgetAll(clock);
      assertThat(isKnown("1")).isTrue();
    }
    pass(RETENTION.plusMillis(1));
    forgetAll(clock);
    assertThat(isKnown("1")).isFalse();
  }

  @Test
  void aClockThatIsWrongAfterARestartForgetsNothingEarly() throws Exception {
    SteadyClock clock = steady();
    answer(clock, "1");
    long before = now(clock);

    // ten years ahead: a day may have passed, not more
    wall.addAndGet(Duration.ofDays(3_650).toMillis());
    SteadyClock ahead = steady();
    assertThat(now(ahead) - before).isEqualTo(Duration.ofDays(1).toMillis());
    forgetAll(ahead);
    assertThat(isKnown("1")).isTrue();

    // ten years back: no time has passed, and from then on it goes at the speed of time
    wall.addAndGet(Duration.ofDays(-7_300).toMillis());
    SteadyClock back = steady();
    assertThat(now(back)).isEqualTo(now(ahead));
    pass(Duration.ofDays(29).plusMillis(1));
    forgetAll(back);
    assertThat(isKnown("1")).isFalse();
  }

  @Test
  void anHourOfAbsenceIsAnHour() {
    SteadyClock clock = steady();
    long before = now(clock);
    wall.addAndGet(Duration.ofHours(1).toMillis());

    assertThat(now(steady()) - before).isEqualTo(Duration.ofHours(1).toMillis());
  }

  @Test
  void manyAreForgottenInSmallUnitsOfWorkBetweenWhichOthersHaveTheirTurn() throws Exception {
    // given 100,000 old answers and EDUs, and a young one
    SteadyClock clock = steady();
    long then = now(clock);
    int rows = 50_000;
    for (int from = 0; from < rows; from += 5_000) {
      int first = from;
      database.run(unit -> fill(unit, first, 5_000, then));
    }
    pass(RETENTION.plusDays(1));
    answer(clock, "young");
    Counting counting = new Counting(database);

    // when they are forgotten while others go on
    forgetting(counting, clock).begin();
    int others = 0;
    while (counting.all.get() < 2_000) {
      database.run(unit -> unit.intake().find(ORIGIN, "none"));
      others++;
    }

    // then others had their turn between, and no unit of work was large
    assertThat(others).isPositive();
    assertThat(counting.most).hasValue(Forgetting.PORTION);

    // and in the end all that is old is gone; most of it is removed by hand, so as not to wait
    int byHand =
        database.run(
            unit ->
                unit.intake().forget(then + 1, rows - 5_000)
                    + unit.intake().forgetEdus(then + 1, rows - 100));
    assertThat(byHand).isGreaterThan(rows);
    await(() -> counting.idle.get() > 0);
    assertThat(counting.most).hasValue(Forgetting.PORTION);
    assertThat(counting.all.get() + byHand).isEqualTo(2 * rows);
    assertThat(isKnown("young")).isTrue();
  }

  private static int fill(UnitOfWork unit, int first, int count, long now) {
    Answered answered = new Answered(new byte[32], new byte[200], now);
    for (int i = first; i < first + count; i++) {
      unit.intake().put(ORIGIN, "transaction-" + i, answered);
      byte[] digest = InboundTransaction.sha256(("edu-" + i).getBytes(UTF_8));
      unit.intake().isNewEdu(ORIGIN, digest, now, EduIntake.MAX_REMEMBERED);
    }
    return count;
  }
}
