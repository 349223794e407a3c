package org.theseus.transport.core.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many questions at once, of which few are put at a time. */
@Timeout(60)
class TurnsTest {
  private static final Duration LONG = Duration.ofHours(1);
  private static final Duration SHORT = Duration.ofMillis(1);

  private final List<CompletableFuture<String>> put = new ArrayList<>();

  private CompletableFuture<String> question() {
    put.add(new CompletableFuture<>());
    return put.get(put.size() - 1);
  }

  private List<CompletableFuture<String>> ask(Turns turns, int times) {
    return IntStream.range(0, times).mapToObj(i -> turns.take(this::question)).toList();
  }

  @Test
  void fewAreAskedAtATimeAndInTheEndAll() {
    List<CompletableFuture<String>> answers = ask(new Turns(2, 100, LONG, LONG, Runnable::run), 5);
    assertThat(put).hasSize(2);

    for (int i = 0; i < 5; i++) {
      put.get(i).complete("answer " + i);
      assertThat(put).hasSize(Math.min(5, i + 3));
    }

    assertThat(answers.stream().map(CompletableFuture::join))
        .containsExactly("answer 0", "answer 1", "answer 2", "answer 3", "answer 4");
  }

  @Test
  void whatIsNotAnsweredHoldsUpNobodyUntilThereIsTooMuchOfIt() throws Exception {
    CountDownLatch six = new CountDownLatch(6);
    CountDownLatch seven = new CountDownLatch(7);
    CompletableFuture<String> silent = new CompletableFuture<>();
    CompletableFuture<String> late = new CompletableFuture<>();
    Turns turns = new Turns(2, 6, SHORT, LONG, Runnable::run);
    for (int i = 0; i < 8; i++) {
      CompletableFuture<String> answer = i == 0 ? late : silent;
      CompletableFuture<String> asked =
          turns.take(
              () -> {
                six.countDown();
                seven.countDown();
                return answer;
              });
      assertThat(asked).isNotDone();
    }

    assertThat(six.await(50, TimeUnit.SECONDS)).isTrue();
    assertThat(seven.getCount()).as("no more may be open").isEqualTo(1);
    late.complete("late");
    assertThat(seven.await(50, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void whoseTurnDoesNotComeInTimeIsTurnedAwayAndLaterOnesAreServed() {
    Turns turns = new Turns(1, 1, LONG, SHORT, Runnable::run);
    CompletableFuture<String> first = turns.take(this::question);
    CompletableFuture<String> tooLate = turns.take(this::question);

    assertThatThrownBy(tooLate::join).hasMessageContaining("too many");
    put.get(0).complete("first");
    assertThat(first).isCompletedWithValue("first");
    assertThat(turns.take(() -> CompletableFuture.completedFuture("later")).join())
        .isEqualTo("later");
    assertThat(put).as("nobody is asked for whoever waits no longer").hasSize(1);
  }

  @Test
  void questionsThatCannotBePutGiveTheirTurnBack() {
    Turns turns = new Turns(1, 1, LONG, LONG, Runnable::run);
    CompletableFuture<String> failed =
        turns.take(
            () -> {
              throw new IllegalStateException("no");
            });

    assertThat(failed).isCompletedExceptionally();
    assertThat(turns.take(() -> CompletableFuture.completedFuture("next"))).isCompleted();
  }
}
