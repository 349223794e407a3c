package org.theseus.messaging.core;

import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.theseus.protocol.api.TransientException;

/** Waiting for stages on threads that may block. */
final class Stages {
  private Stages() {}

  /**
   * Waits for a stage.
   *
   * @return what it completed with
   * @throws TransientException if this thread was interrupted, as it is when this bundle stops
   */
  static <T> T await(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().get();
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new TransientException("interrupted: a layer is being replaced", stop);
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(failed.getCause());
    }
  }

  /** Takes the wrapping off that stages put around what a stage before them failed with. */
  static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }
}
