package org.theseus.persistence.sqlite;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.theseus.persistence.api.Database.Work;
import org.theseus.persistence.api.UnitOfWork;

/**
 * A unit of work that waits, runs, and then waits for its commit before anyone is told. Used by the
 * query thread once it was taken from the queue.
 *
 * @param <T> what it answers
 */
final class PendingUnit<T> {
  private final Work<T> work;
  private final Executor teller;
  private final Runnable told;
  private final CompletableFuture<T> answer = new CompletableFuture<>();
  private T result;
  private Throwable failure;

  /**
   * Makes a unit.
   *
   * @param work what to do
   * @param teller runs what follows upon the answer
   * @param told what to do after that
   */
  PendingUnit(Work<T> work, Executor teller, Runnable told) {
    this.work = work;
    this.teller = teller;
    this.told = told;
  }

  CompletableFuture<T> answer() {
    return answer;
  }

  void run(UnitOfWork unit) {
    result = work.apply(unit);
  }

  /** Notes that it was undone, alone. */
  void failed(Throwable why) {
    failure = why;
  }

  /** Tells how it came out, after the commit. */
  void tell() {
    teller.execute(
        () -> {
          if (failure == null) {
            answer.complete(result);
          } else {
            answer.completeExceptionally(failure);
          }
          told.run();
        });
  }

  /** Tells that it was not done, or was undone with others; what it threw itself goes before. */
  void tellUndone(Throwable why) {
    failed(failure == null ? why : failure);
    tell();
  }
}
