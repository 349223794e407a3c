package org.theseus.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class AwaitedTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private final Awaited<String> awaited = new Awaited<>();

  @Test
  void givenItIsThereThenNobodyWaits() {
    awaited.come("first");

    assertThat(awaited.await(LONG)).isCompletedWithValue("first");
    assertThat(awaited.isCurrent("first")).isTrue();
  }

  @Test
  void givenItIsAwayThenWhoWaitsGetsTheNextOne() {
    awaited.come("first");
    awaited.go("first");

    CompletableFuture<String> waiting = awaited.await(LONG);
    assertThat(waiting).isNotDone();
    awaited.come("second");

    assertThat(waiting).isCompletedWithValue("second");
    assertThat(awaited.isCurrent("first")).isFalse();
  }

  @Test
  void givenTheNextCameFirstThenTheOldOnesGoingChangesNothing() {
    awaited.come("first");
    awaited.come("second");
    awaited.go("first");

    assertThat(awaited.await(LONG)).isCompletedWithValue("second");
  }

  @Test
  void givenNothingComesThenTheWaitEnds() {
    assertThatThrownBy(() -> awaited.await(Duration.ofMillis(1)).join())
        .hasCauseInstanceOf(TimeoutException.class);
  }

  @Test
  void givenOneWaitEndedThenAnotherStillGetsIt() {
    assertThatThrownBy(() -> awaited.await(Duration.ZERO).join())
        .hasCauseInstanceOf(TimeoutException.class);
    CompletableFuture<String> patient = awaited.await(LONG);

    awaited.come("late");

    assertThat(patient).isCompletedWithValue("late");
  }

  @Test
  void givenItIsClosedThenNobodyWaitsAnyMore() {
    RuntimeException why = new IllegalStateException("closed");
    CompletableFuture<String> waiting = awaited.await(LONG);

    awaited.close(why);
    awaited.come("too late");

    assertThatThrownBy(waiting::join).hasCause(why);
    assertThatThrownBy(() -> awaited.await(LONG).join()).hasCause(why);
    assertThat(awaited.isCurrent("too late")).isFalse();
  }
}
