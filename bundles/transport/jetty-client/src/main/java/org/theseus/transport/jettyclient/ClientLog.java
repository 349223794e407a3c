package org.theseus.transport.jettyclient;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.theseus.transport.api.HttpTransport.Request;
import org.theseus.transport.api.HttpTransport.Response;

/**
 * A line for each request: method, destination, path without query, status or failure, and the
 * milliseconds to the head of the answer.
 */
final class ClientLog {
  private static final Logger LOG = LoggerFactory.getLogger("org.theseus.log.client");

  private ClientLog() {}

  /** Sees a request through to its answer. */
  static CompletionStage<Response> watch(Request request, CompletionStage<Response> answer) {
    long start = System.nanoTime();
    return answer.whenComplete(
        (response, failure) ->
            LOG.info(
                "{} {} {} {} {} ms",
                request.method(),
                request.target().server(),
                withoutQuery(request.path()),
                failure == null ? response.status() : kind(failure),
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)));
  }

  private static String withoutQuery(String path) {
    int query = path.indexOf('?');
    return query < 0 ? path : path.substring(0, query);
  }

  /** Names what lies at the bottom of a failure. */
  private static String kind(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.getClass().getName();
  }
}
