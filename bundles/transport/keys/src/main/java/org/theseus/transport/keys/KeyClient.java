package org.theseus.transport.keys;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonReader;
import org.theseus.protocol.api.MatrixError;
import org.theseus.protocol.api.MatrixException;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.TransientException;
import org.theseus.transport.api.Body;
import org.theseus.transport.api.HttpTransport;
import org.theseus.transport.api.ResolvedServer;
import org.theseus.transport.api.ServerResolver;

/** Asks servers, unsigned, for JSON objects. */
final class KeyClient {
  /** For finding the server, asking it and its answer together. */
  static final Duration LONGEST = Duration.ofSeconds(8);

  private final ServerResolver resolver;
  private final HttpTransport http;
  private final JsonReader json;
  private final LongSupplier nanoTime;

  KeyClient(ServerResolver resolver, HttpTransport http, JsonReader json, LongSupplier nanoTime) {
    this.resolver = resolver;
    this.http = http;
    this.json = json;
    this.nanoTime = nanoTime;
  }

  /**
   * What is asked.
   *
   * @param maxBytes how long an answer is read
   */
  record Question(String method, String path, Optional<Body> body, long maxBytes) {}

  /** Asks once; completes exceptionally, within {@link #LONGEST}, if no object is answered. */
  CompletionStage<JsonObject> ask(ServerName server, Question question) {
    long endNanos = nanoTime.getAsLong() + LONGEST.toNanos();
    CompletionStage<HttpTransport.Response> response;
    try {
      response =
          resolver
              .resolve(server)
              .thenCompose(target -> http.send(request(target, question, endNanos)));
    } catch (RuntimeException failed) {
      response = CompletableFuture.failedFuture(failed);
    }
    return response
        .thenApply(answer -> read(answer, question.maxBytes()))
        .toCompletableFuture()
        .orTimeout(LONGEST.toMillis(), TimeUnit.MILLISECONDS);
  }

  private HttpTransport.Request request(ResolvedServer target, Question question, long endNanos) {
    Duration left = Duration.ofNanos(endNanos - nanoTime.getAsLong());
    if (left.isNegative() || left.isZero()) {
      throw new TransientException("no time was left once the server was found");
    }
    return new HttpTransport.Request(
        target,
        question.method(),
        question.path(),
        Map.of(),
        question.body(),
        left,
        question.maxBytes());
  }

  private JsonObject read(HttpTransport.Response response, long maxBytes) {
    try (response) {
      if (response.status() != 200) {
        throw new MatrixException(502, MatrixError.UNKNOWN, "status " + response.status());
      }
      if (json.read(response.body(), maxBytes) instanceof JsonObject answer) {
        return answer;
      }
      throw new MatrixException(502, MatrixError.BAD_JSON, "not an object");
    } catch (IOException failed) {
      throw new CompletionException(failed);
    }
  }
}
