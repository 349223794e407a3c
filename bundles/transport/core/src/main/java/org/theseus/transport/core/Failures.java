package org.theseus.transport.core;

import java.util.Map;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.MatrixError;
import org.theseus.protocol.api.MatrixException;
import org.theseus.protocol.api.TransientException;
import org.theseus.transport.api.Answer;

/** Tells failures to peers; never more of them than a peer should know. */
final class Failures {
  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

  private static final String RETRY_AFTER = "retry_after_ms";
  private static final long RETRY_SECONDS = 2;

  private Failures() {}

  static Answer answer(RouteKey route, Throwable failure) {
    Throwable cause = unwrap(failure);
    if (cause instanceof MatrixException refused) {
      LOG.debug("{} refused: {}", route, refused.getMessage());
      return refusal(refused.error());
    }
    if (cause instanceof TransientException) {
      LOG.debug("{} put off: {}", route, cause.getMessage());
      return Answer.error(new MatrixError(503, MatrixError.UNKNOWN, cause.getMessage()));
    }
    LOG.warn("{} failed", route, cause);
    return Answer.error(new MatrixError(500, MatrixError.UNKNOWN, "this server has a fault"));
  }

  /**
   * Tells why a request that waited for room gets none.
   *
   * @param yours whether the sender has others at work, and so is not kept out by others alone
   */
  static RuntimeException tooMuch(boolean yours) {
    return yours
        ? new MatrixException(
            new MatrixError(
                429,
                MatrixError.LIMIT_EXCEEDED,
                "too many requests of yours at once",
                JsonObject.builder().put(RETRY_AFTER, RETRY_SECONDS * 1_000).build()))
        : new TransientException("this server has too much to do");
  }

  private static Answer refusal(MatrixError error) {
    Answer answer = Answer.error(error);
    return error.extra().has(RETRY_AFTER)
        ? new Answer(
            answer.status(), Map.of("Retry-After", Long.toString(RETRY_SECONDS)), answer.body())
        : answer;
  }

  /** Takes off what CompletableFuture wraps a failure in. */
  static Throwable unwrap(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }
}
