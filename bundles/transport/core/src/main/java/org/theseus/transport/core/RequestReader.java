package org.theseus.transport.core;

import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.theseus.protocol.api.JsonReader;
import org.theseus.protocol.api.JsonValue;
import org.theseus.protocol.api.KeyId;
import org.theseus.protocol.api.MatrixError;
import org.theseus.protocol.api.MatrixException;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.VerifyKey;
import org.theseus.support.Clients;
import org.theseus.transport.api.BodyRoom;
import org.theseus.transport.api.Exchange;
import org.theseus.transport.api.KeyRing;
import org.theseus.transport.api.Route;

/**
 * Authenticates a request and reads its body, once. The keys come first: the body of a server
 * without keys is never read.
 */
final class RequestReader {
  private static final Duration KEYS = Duration.ofSeconds(9);

  private final Services services;
  private final Executor pool;
  private final LongSupplier nowTs;

  /**
   * What was read.
   *
   * @param origin who signed, or empty on an unsigned route
   * @param body the body, or empty if there is none
   */
  record Read(Optional<ServerName> origin, Optional<JsonValue> body) {}

  /**
   * With what a signed request is authenticated.
   *
   * @param claim what it says
   * @param keys those of the claim's that count; none if they cannot be had now
   */
  record Keys(Claim claim, Map<KeyId, VerifyKey> keys) {}

  /**
   * Makes a reader.
   *
   * @param services all of them
   * @param pool parses and verifies
   * @param nowTs the time, in milliseconds since the epoch
   */
  RequestReader(Services services, Executor pool, LongSupplier nowTs) {
    this.services = services;
    this.pool = pool;
    this.nowTs = nowTs;
  }

  /**
   * Finds the keys of a signed request, from its head alone.
   *
   * @param exchange the request
   * @return its keys; completes exceptionally or throws as {@link #read} does
   */
  CompletionStage<Keys> keys(Exchange exchange) {
    Claim claim = Claim.of(exchange.headers(XMatrix.HEADER), self());
    KeyRing ring = services.keyRing().orElseThrow();
    long now = nowTs.getAsLong();
    // Who the client is nobody knows yet: it waits for its turn under its address.
    String asker = Clients.share(exchange.remote().getAddress()).getHostAddress();
    KeyRing.Wanted wanted = new KeyRing.Wanted(claim.signatures().keySet(), now);
    return ring.find(asker, Map.of(claim.origin(), wanted), KEYS)
        .get(claim.origin())
        .thenApply(found -> new Keys(claim, claim.current(found, now)));
  }

  /**
   * Reads a request.
   *
   * @param exchange the request
   * @param route what it is read for
   * @param keys its keys, if the route is signed
   * @param room where its body goes
   * @param goesOn is asked before the body is; false stops
   * @return what was read; completes exceptionally with {@link MatrixException} if it is to be
   *     refused, or with what the key ring failed with
   */
  CompletionStage<Read> read(
      Exchange exchange, Route route, Optional<Keys> keys, BodyRoom room, BooleanSupplier goesOn) {
    return body(exchange, route, room, goesOn)
        .thenApply(
            body ->
                new Read(
                    route.signed()
                        ? Optional.of(verified(exchange, keys.orElseThrow(), body))
                        : Optional.empty(),
                    body));
  }

  private ServerName verified(Exchange exchange, Keys keys, Optional<JsonValue> body) {
    ServerName origin = keys.claim().origin();
    keys.claim()
        .verify(
            XMatrix.signedObject(exchange.method(), exchange.target(), origin, self(), body),
            keys.keys(),
            services.signedJson().orElseThrow());
    return origin;
  }

  private ServerName self() {
    return services.self().orElseThrow().name();
  }

  private CompletionStage<Optional<JsonValue>> body(
      Exchange exchange, Route route, BodyRoom room, BooleanSupplier goesOn) {
    if (route.maxBodyBytes() == 0) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    if (!goesOn.getAsBoolean()) {
      return CompletableFuture.failedFuture(new IllegalStateException("it has ended"));
    }
    return exchange
        .readBody(route.maxBodyBytes(), room)
        .handleAsync(
            (stream, failure) -> {
              if (failure != null) {
                throw unread(failure);
              }
              return parse(stream, route.maxBodyBytes());
            },
            pool);
  }

  private Optional<JsonValue> parse(InputStream stream, long maxBytes) {
    JsonReader json = services.json().orElseThrow();
    try (PushbackInputStream in = new PushbackInputStream(stream)) {
      int first = in.read();
      if (first < 0) {
        return Optional.empty();
      }
      in.unread(first);
      return Optional.of(json.readLenient(in, maxBytes));
    } catch (IOException broken) {
      throw unread(broken);
    }
  }

  private static RuntimeException unread(Throwable failure) {
    Throwable cause = Failures.unwrap(Objects.requireNonNull(failure));
    return cause instanceof IOException
        ? new MatrixException(408, MatrixError.UNKNOWN, "the body did not arrive")
        : new CompletionException(cause);
  }
}
