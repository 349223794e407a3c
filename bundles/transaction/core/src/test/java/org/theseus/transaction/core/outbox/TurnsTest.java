package org.theseus.transaction.core.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.theseus.support.Threads;
import org.theseus.transaction.core.outbox.Turns.Lane;
import org.theseus.transaction.core.outbox.Turns.Turn;

/** The dead do not hold what the living need. */
@Timeout(60)
class TurnsTest {
  private final ThreadPoolExecutor workers = Threads.pool("test-turns", 2);
  private final ScheduledThreadPoolExecutor scheduler = Threads.scheduler("test-turns-clock");
  private final Turns turns = new Turns(workers, scheduler);
  private final BlockingQueue<Turn> given = new LinkedBlockingQueue<>();

  @AfterEach
  void stop() {
    scheduler.shutdownNow();
    workers.shutdown();
  }

  private void ask(Lane lane, int times) {
    for (int i = 0; i < times; i++) {
      turns.ask(lane, given::add);
    }
  }

  private Turn next() throws InterruptedException {
    Turn turn = given.poll(30, TimeUnit.SECONDS);
    assertThat(turn).isNotNull();
    return turn;
  }

  @Test
  void aFullLaneLetsTheNextInWhenOneEnds() throws Exception {
    ask(Lane.FAILING, 101);
    for (int i = 0; i < 99; i++) {
      next();
    }
    Turn last = next();
    assertThat(given.poll(1500, TimeUnit.MILLISECONDS)).isNull();

    last.end();

    next().end();
    assertThat(turns.taken()).isEqualTo(99);
  }

  @Test
  void theFailingDoNotStandBeforeOthers() throws Exception {
    ask(Lane.FAILING, 10_000);
    for (int i = 0; i < 100; i++) {
      next();
    }

    for (Lane lane : List.of(Lane.PROVEN, Lane.DOUBTFUL, Lane.GREETED)) {
      ask(lane, 1);
      next().end();
    }
    assertThat(turns.taken()).isEqualTo(100);
  }

  @Test
  void whoTakesLongGivesItsPlaceToTheNextUpToABound() throws Exception {
    // given nobody of these ever answers
    ask(Lane.PROVEN, 600);

    // then 200 have a place, 300 linger, and the rest waits
    for (int i = 0; i < 500; i++) {
      next();
    }
    assertThat(turns.taken()).isEqualTo(500);
    assertThat(given.poll(1500, TimeUnit.MILLISECONDS)).isNull();
  }

  @Test
  void whoMovesWaitsNoMoreBehindTheFailing() throws Exception {
    ask(Lane.FAILING, 10_000);
    Turn hundredth = null;
    for (int i = 0; i < 100; i++) {
      hundredth = next();
    }
    Turn asked = turns.ask(Lane.FAILING, given::add);

    turns.move(hundredth, Lane.DOUBTFUL);
    turns.move(asked, Lane.DOUBTFUL);

    assertThat(next()).isSameAs(asked);
    assertThat(turns.taken()).isEqualTo(101);
    asked.end();
    hundredth.end();
    next();
    assertThat(turns.taken()).isEqualTo(100);
  }

  @Test
  void allTogetherStayBelowWhatTheClientAllows() throws Exception {
    for (Lane lane : Lane.values()) {
      ask(lane, 2_000);
    }

    for (int i = 0; i < 800; i++) {
      next();
    }
    assertThat(turns.taken()).isEqualTo(800);
    assertThat(given.poll(1500, TimeUnit.MILLISECONDS)).isNull();
  }
}
