package org.theseus.transaction.core.intake;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.theseus.persistence.api.Database;

/** A store that runs units of work at once and tells that they are on disk when a test says so. */
final class HeldStore implements Database {
  private final Database real;
  private final Queue<CompletableFuture<Void>> held = new ArrayDeque<>();

  HeldStore(Database real) {
    this.real = real;
  }

  @Override
  public <T> CompletionStage<T> submit(Work<T> work) {
    CompletableFuture<Void> commit = new CompletableFuture<>();
    return real.submit(work)
        .thenCompose(
            done -> {
              synchronized (held) {
                held.add(commit);
                held.notifyAll();
              }
              return commit.thenApply(told -> done);
            });
  }

  int heldBack() {
    synchronized (held) {
      return held.size();
    }
  }

  /** Tells of the next unit of work, waiting for it. */
  void letCommit() throws InterruptedException {
    next().complete(null);
  }

  /** Lets the next commit fail. */
  void failCommit(RuntimeException why) throws InterruptedException {
    next().completeExceptionally(new CompletionException(why));
  }

  private CompletableFuture<Void> next() throws InterruptedException {
    synchronized (held) {
      while (held.isEmpty()) {
        held.wait();
      }
      return held.remove();
    }
  }
}
