package org.theseus.transport.core.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.theseus.transport.core.discovery.Memory.Told;

class MemoryTest {
  private Instant now = Instant.EPOCH;
  private final Memory<String, Answer> memory = new Memory<>(2, () -> now);
  private final List<String> asked = new ArrayList<>();

  private record Answer(String text) implements Memory.Lasting {
    @Override
    public Duration lasts() {
      return Duration.ofSeconds(10);
    }
  }

  private Told<Answer> get(String key) {
    return memory
        .get(
            key,
            before -> {
              asked.add(key + before.map(Answer::text).orElse(""));
              return CompletableFuture.completedFuture(new Answer("!"));
            })
        .toCompletableFuture()
        .join();
  }

  @Test
  void anAnswerIsRememberedForAsLongAsItLasts() {
    assertThat(get("a").remembered()).isFalse();
    now = now.plusMillis(9_999);
    assertThat(get("a")).isEqualTo(new Told<>(new Answer("!"), true));
    now = now.plusMillis(1);
    assertThat(get("a").remembered()).isFalse();
    assertThat(asked).containsExactly("a", "a!");
  }

  @Test
  void whoAsksTheSameMeanwhileWaitsForTheSameAnswer() {
    CompletableFuture<Answer> pending = new CompletableFuture<>();
    CompletableFuture<Told<Answer>> first =
        memory.get("a", before -> pending).toCompletableFuture();
    CompletableFuture<Told<Answer>> second =
        memory
            .get("a", before -> CompletableFuture.failedFuture(new AssertionError("asked twice")))
            .toCompletableFuture();
    assertThat(get("b").remembered()).as("others do not wait").isFalse();
    assertThat(second).isNotDone();

    pending.complete(new Answer("late"));

    assertThat(first.join().value().text()).isEqualTo("late");
    assertThat(second.join()).isEqualTo(new Told<>(new Answer("late"), false));
  }

  @Test
  void whatWasUsedLeastRecentlyIsForgottenFirst() {
    get("a");
    get("b");
    get("a");
    get("c");

    assertThat(get("a").remembered()).isTrue();
    assertThat(get("b").remembered()).isFalse();
  }

  @Test
  void aQuestionThatCannotEvenBePutLeavesNobodyWaiting() {
    CompletableFuture<Told<Answer>> failed =
        memory
            .get(
                "a",
                before -> {
                  throw new IllegalStateException("no");
                })
            .toCompletableFuture();

    assertThat(failed).isCompletedExceptionally();
    assertThat(get("a").remembered()).isFalse();
  }

  @Test
  void aQuestionThatFailsIsToldAndAskedAgain() {
    CompletableFuture<Told<Answer>> failed =
        memory
            .get("a", before -> CompletableFuture.failedFuture(new IllegalStateException("no")))
            .toCompletableFuture();

    assertThat(failed).isCompletedExceptionally();
    assertThat(get("a").remembered()).isFalse();
    assertThat(asked).as("nothing was known before").containsExactly("a");
    assertThat(Optional.of(get("a").remembered())).contains(true);
  }
}
