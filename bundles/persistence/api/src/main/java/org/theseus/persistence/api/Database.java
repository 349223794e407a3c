package org.theseus.persistence.api;

import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;
import org.theseus.protocol.api.TransientException;

/** Runs units of work, one at a time, all or nothing. Safe for many threads. */
@ProviderType
public interface Database {
  /**
   * Runs a unit of work and makes what it wrote durable before the answer is told. Units submitted
   * by one thread run in that order. Several units may share one commit; each sees those before it.
   *
   * @param work the function; runs on the store's thread, must not wait, do other I/O or have
   *     effects outside the store, and may be run again if the database asks for it
   * @param <T> what it answers
   * @return completes after the commit, on a thread of the store's own that may be kept busy but
   *     not for long, never on the one that runs queries; exceptionally with what {@code work}
   *     threw, with {@link PersistenceException} if the database failed, or with {@link
   *     TransientException} if the store is closing and did not run it
   */
  <T> CompletionStage<T> submit(Work<T> work);

  /**
   * Runs a unit of work and waits until it is durable. Must not be called inside a unit of work.
   *
   * @param work the function, as for {@link #submit}
   * @param <T> what it answers
   * @return what it answered
   * @throws PersistenceException if the database failed
   * @throws TransientException if the store is closing and did not run it
   */
  default <T> T run(Work<T> work) {
    try {
      return submit(work).toCompletableFuture().join();
    } catch (CompletionException failed) {
      if (failed.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw failed;
    }
  }

  /**
   * A function over the store.
   *
   * @param <T> what it answers
   */
  @FunctionalInterface
  interface Work<T> {
    /**
     * Does the work.
     *
     * @param unit the ports, valid during this call only
     * @return the answer; null only where {@code T} is {@link Void}
     */
    T apply(UnitOfWork unit);
  }
}
