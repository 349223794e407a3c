package org.theseus.ops.shell;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.theseus.protocol.api.MatrixException;
import org.theseus.protocol.api.TransientException;
import org.theseus.support.Awaited;

/**
 * Calls a service that may be replaced meanwhile: waits for it, and calls the next one if the one
 * that was called went away and says that it could not do it.
 *
 * @param <S> the service
 */
final class Patience<S> {
  private static final Duration PROGRESS = Duration.ofSeconds(2);

  private final Awaited<S> service;
  private final Duration limit;
  private final String name;

  /**
   * Makes the caller.
   *
   * @param name what people call the service
   */
  Patience(Awaited<S> service, Duration limit, String name) {
    this.service = service;
    this.limit = limit;
    this.name = name;
  }

  /**
   * Calls and waits for what comes of it.
   *
   * @param doing what is being done, told from time to time while it takes long
   */
  <T> T call(String doing, Function<S, CompletionStage<T>> action) throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (true) {
      S current = current(deadline);
      try {
        return result(doing, action.apply(current));
      } catch (TransientException failed) {
        if (service.isCurrent(current)) {
          throw failed;
        }
      }
    }
  }

  private S current(long deadline) throws InterruptedException {
    Duration left = Duration.ofNanos(deadline - System.nanoTime());
    try {
      return service.await(left).get();
    } catch (ExecutionException nobodyCame) {
      throw new TransientException(
          name + " is being replaced and is not back yet; try again", nobodyCame);
    }
  }

  private static <T> T result(String doing, CompletionStage<T> stage) throws InterruptedException {
    while (true) {
      try {
        return stage.toCompletableFuture().get(PROGRESS.toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException notYet) {
        Output.progress("still " + doing + " ...");
      } catch (ExecutionException failed) {
        if (failed.getCause() instanceof MatrixException refused) {
          throw refused;
        }
        if (failed.getCause() instanceof TransientException away) {
          throw away;
        }
        throw new IllegalStateException(failed.getCause());
      }
    }
  }
}
