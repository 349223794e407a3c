package org.theseus.transport.keys;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonReader;
import org.theseus.protocol.api.MatrixError;
import org.theseus.protocol.api.MatrixException;
import org.theseus.protocol.api.ServerName;
import org.theseus.transport.api.HttpTransport;
import org.theseus.transport.api.ResolvedServer;
import org.theseus.transport.api.ServerResolver;

/** Asks servers for their own keys; whatever goes wrong, there is no answer. */
final class KeyFetcher {
  private static final Logger LOG = LoggerFactory.getLogger(KeyFetcher.class);
  private static final String PATH = "/_matrix/key/v2/server";
  private static final Duration TIMEOUT = Duration.ofSeconds(6);
  private static final long MAX_BYTES = 64 << 10;

  private final ServerResolver resolver;
  private final HttpTransport http;
  private final JsonReader json;
  private final PublishedKeys published;
  private final LongSupplier nowTs;

  KeyFetcher(
      ServerResolver resolver,
      HttpTransport http,
      JsonReader json,
      PublishedKeys published,
      LongSupplier nowTs) {
    this.resolver = resolver;
    this.http = http;
    this.json = json;
    this.published = published;
    this.nowTs = nowTs;
  }

  /** Asks once. */
  CompletionStage<Optional<Published>> fetch(ServerName server) {
    CompletionStage<HttpTransport.Response> response;
    try {
      response = resolver.resolve(server).thenCompose(target -> http.send(request(target)));
    } catch (RuntimeException failed) {
      response = CompletableFuture.failedFuture(failed);
    }
    return response
        .thenApply(answer -> read(server, answer))
        .exceptionally(
            failure -> {
              LOG.debug("no keys from {}: {}", server, failure.getMessage());
              return Optional.empty();
            });
  }

  private static HttpTransport.Request request(ResolvedServer target) {
    return new HttpTransport.Request(
        target, "GET", PATH, Map.of(), Optional.empty(), TIMEOUT, MAX_BYTES);
  }

  private Optional<Published> read(ServerName server, HttpTransport.Response response) {
    try (response) {
      if (response.status() != 200) {
        throw new MatrixException(502, MatrixError.UNKNOWN, "status " + response.status());
      }
      if (json.read(response.body(), MAX_BYTES) instanceof JsonObject answer) {
        return Optional.of(published.read(answer, server, nowTs.getAsLong()));
      }
      throw new MatrixException(502, MatrixError.BAD_JSON, "not an object");
    } catch (IOException failed) {
      throw new CompletionException(failed);
    }
  }
}
