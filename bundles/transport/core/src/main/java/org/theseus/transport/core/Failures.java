package org.theseus.transport.core;

import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.theseus.protocol.api.MatrixError;
import org.theseus.protocol.api.MatrixException;
import org.theseus.protocol.api.TransientException;
import org.theseus.transport.api.Answer;

/** Tells failures to peers; never more of them than a peer should know. */
final class Failures {
  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

  private Failures() {}

  static Answer answer(RouteKey route, Throwable failure) {
    Throwable cause = unwrap(failure);
    if (cause instanceof MatrixException refused) {
      LOG.debug("{} refused: {}", route, refused.getMessage());
      return Answer.error(refused.error());
    }
    if (cause instanceof TransientException) {
      LOG.debug("{} put off: {}", route, cause.getMessage());
      return Answer.error(new MatrixError(503, MatrixError.UNKNOWN, cause.getMessage()));
    }
    LOG.warn("{} failed", route, cause);
    return Answer.error(new MatrixError(500, MatrixError.UNKNOWN, "this server has a fault"));
  }

  /** Takes off what CompletableFuture wraps a failure in. */
  static Throwable unwrap(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }
}
