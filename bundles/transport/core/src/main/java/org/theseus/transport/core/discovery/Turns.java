package org.theseus.transport.core.discovery;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * Lets few questions begin at a time, so that many at once do not drown whoever is asked. A turn
 * ends with the answer, or after a moment: what is not answered holds up nobody else. Guarded by
 * {@code this}.
 */
final class Turns {
  private static final int MOST_WAITING = 10_000;

  private final int atOnce;
  private final int mostOpen;
  private final Duration moment;
  private final Duration patience;
  private final Executor executor;
  private final Queue<CompletableFuture<Boolean>> waiting = new ArrayDeque<>();
  private int beginning;
  private int open;

  /**
   * Makes turns.
   *
   * @param atOnce the most questions that have their turn
   * @param mostOpen the most that have no answer yet
   * @param moment the longest turn
   * @param patience the longest wait for one
   * @param executor begins what has waited
   */
  Turns(int atOnce, int mostOpen, Duration moment, Duration patience, Executor executor) {
    this.atOnce = atOnce;
    this.mostOpen = mostOpen;
    this.moment = moment;
    this.patience = patience;
    this.executor = executor;
  }

  /**
   * Asks when its turn comes.
   *
   * @param question what to do; does not block
   * @return its answer; completes exceptionally with {@link RejectedExecutionException} if its turn
   *     did not come in time
   */
  <T> CompletableFuture<T> take(Supplier<CompletableFuture<T>> question) {
    CompletableFuture<Boolean> turn = new CompletableFuture<>();
    synchronized (this) {
      if (waiting.size() >= MOST_WAITING) {
        return tooMany();
      }
      waiting.add(turn);
    }
    CompletableFuture<T> answer =
        turn.completeOnTimeout(false, patience.toMillis(), TimeUnit.MILLISECONDS)
            .thenComposeAsync(isMine -> isMine ? begin(question) : tooMany(), executor);
    goOn();
    return answer;
  }

  private <T> CompletableFuture<T> begin(Supplier<CompletableFuture<T>> question) {
    AtomicBoolean isOver = new AtomicBoolean();
    CompletableFuture<T> answer = put(question);
    CompletionStage<Void> late =
        new CompletableFuture<Void>()
            .completeOnTimeout(null, moment.toMillis(), TimeUnit.MILLISECONDS);
    late.thenRun(() -> leave(isOver.compareAndSet(false, true) ? 1 : 0, 0));
    return answer.whenComplete(
        (told, failure) -> leave(isOver.compareAndSet(false, true) ? 1 : 0, 1));
  }

  private static <T> CompletableFuture<T> put(Supplier<CompletableFuture<T>> question) {
    try {
      return question.get();
    } catch (RuntimeException failed) {
      return CompletableFuture.failedFuture(failed);
    }
  }

  private void leave(int turns, int answers) {
    synchronized (this) {
      beginning -= turns;
      open -= answers;
    }
    goOn();
  }

  private void goOn() {
    for (Optional<CompletableFuture<Boolean>> next = next(); next.isPresent(); next = next()) {
      if (!next.get().complete(true)) {
        synchronized (this) {
          beginning--;
          open--;
        }
      }
    }
  }

  private synchronized Optional<CompletableFuture<Boolean>> next() {
    if (waiting.isEmpty() || beginning >= atOnce || open >= mostOpen) {
      return Optional.empty();
    }
    beginning++;
    open++;
    return Optional.of(waiting.remove());
  }

  private static <T> CompletableFuture<T> tooMany() {
    return CompletableFuture.failedFuture(
        new RejectedExecutionException("too many look-ups at once"));
  }
}
