package org.theseus.transport.core.discovery;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.theseus.protocol.api.JsonException;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonReader;
import org.theseus.protocol.api.JsonValue;
import org.theseus.protocol.api.ServerName;
import org.theseus.transport.api.HttpTransport;
import org.theseus.transport.api.ResolvedServer;

/** Fetches the well-known documents of hosts; whatever goes wrong, there is none. */
final class WellKnownClient {
  private static final String PATH = WellKnownEndpoint.PATH;
  private static final int HTTPS = 443;
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final long MAX_BYTES = 50 << 10;
  private static final int MAX_REDIRECTS = 5;
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

  private final HttpTransport http;
  private final JsonReader json;
  private final Function<String, CompletionStage<Dns.Found<InetAddress>>> addresses;
  private final InstantSource clock;

  /**
   * Makes a client.
   *
   * @param addresses finds those of a host
   */
  WellKnownClient(
      HttpTransport http,
      JsonReader json,
      Function<String, CompletionStage<Dns.Found<InetAddress>>> addresses,
      InstantSource clock) {
    this.http = http;
    this.json = json;
    this.addresses = addresses;
    this.clock = clock;
  }

  /** There is no delegation to be had. */
  private static final class NoDelegation extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final boolean isAnswer;

    NoDelegation(String why, boolean isAnswer) {
      super(why, null, false, false);
      this.isAnswer = isAnswer;
    }
  }

  /**
   * Asks a host.
   *
   * @param before what was known of it
   */
  CompletionStage<WellKnown> ask(String host, Optional<WellKnown> before) {
    Instant deadline = clock.instant().plus(PATIENCE);
    return fetch(URI.create("https://" + host + PATH), new HashSet<>(), deadline)
        .exceptionally(
            failure -> {
              Throwable why = failure instanceof CompletionException ? failure.getCause() : failure;
              boolean isAnswer = why instanceof NoDelegation none && none.isAnswer;
              return WellKnown.none(
                  String.valueOf(why.getMessage()), isAnswer, before, clock.instant());
            });
  }

  private CompletionStage<WellKnown> fetch(URI uri, Set<URI> visited, Instant deadline) {
    Duration left = Duration.between(clock.instant(), deadline);
    if (left.isNegative() || left.isZero()) {
      return failed(uri.getHost() + " is too slow", false);
    }
    if (!visited.add(uri) || visited.size() > MAX_REDIRECTS + 1) {
      return failed("redirected in a circle or too often", true);
    }
    Optional<ServerName> place = place(uri);
    if (place.isEmpty()) {
      return failed("redirected to " + uri, true);
    }
    return target(place.get())
        .thenCompose(
            target ->
                http.send(
                    new HttpTransport.Request(
                        target, "GET", path(uri), Map.of(), Optional.empty(), left, MAX_BYTES)))
        .thenCompose(response -> read(response, uri, visited, deadline));
  }

  /** The host and port of a URI that may be followed, as they stand in the Host header. */
  private static Optional<ServerName> place(URI uri) {
    if (!"https".equalsIgnoreCase(uri.getScheme())
        || uri.getHost() == null
        || uri.getRawUserInfo() != null) {
      return Optional.empty();
    }
    return ServerName.parse(uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort()))
        .filter(name -> Targets.flaw(name).isEmpty());
  }

  private static String path(URI uri) {
    String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    return uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
  }

  private CompletionStage<ResolvedServer> target(ServerName place) {
    String host = Targets.host(place);
    int port = place.port().orElse(HTTPS);
    CompletionStage<Dns.Found<InetAddress>> found =
        Targets.literal(place)
            .<CompletionStage<Dns.Found<InetAddress>>>map(
                literal ->
                    CompletableFuture.completedFuture(
                        new Dns.Found<>(List.of(literal), "", Duration.ZERO)))
            .orElseGet(() -> addresses.apply(host));
    return found.thenApply(
        all -> {
          if (all.records().isEmpty()) {
            throw new NoDelegation(
                all.isFailed() ? all.problem() : host + " has no address", !all.isFailed());
          }
          return new ResolvedServer(
              place,
              all.records().stream().map(one -> new InetSocketAddress(one, port)).toList(),
              place.value(),
              host);
        });
  }

  private CompletionStage<WellKnown> read(
      HttpTransport.Response response, URI uri, Set<URI> visited, Instant deadline) {
    try (response) {
      if (REDIRECTS.contains(response.status())) {
        return fetch(next(response, uri), visited, deadline);
      }
      if (response.status() != 200) {
        boolean isAnswer = response.status() < 500 && response.status() != 429;
        return failed("status " + response.status(), isAnswer);
      }
      Instant now = clock.instant();
      return CompletableFuture.completedFuture(
          WellKnown.delegating(delegated(response), Freshness.of(response.headers(), now), now));
    } catch (IOException brokenOff) {
      return failed(String.valueOf(brokenOff.getMessage()), false);
    }
  }

  private static URI next(HttpTransport.Response response, URI uri) {
    try {
      return uri.resolve(response.headers().getOrDefault("location", "#nowhere"));
    } catch (IllegalArgumentException malformed) {
      throw new NoDelegation("redirected nowhere", true);
    }
  }

  private ServerName delegated(HttpTransport.Response response) throws IOException {
    JsonValue answer;
    try {
      answer = json.readLenient(response.body(), MAX_BYTES);
    } catch (JsonException malformed) {
      throw new NoDelegation("the answer is no JSON", true);
    }
    return Optional.of(answer)
        .filter(JsonObject.class::isInstance)
        .flatMap(object -> ((JsonObject) object).string("m.server"))
        .flatMap(ServerName::parse)
        .filter(name -> Targets.flaw(name).isEmpty())
        .orElseThrow(() -> new NoDelegation("the answer names no server", true));
  }

  private static <T> CompletionStage<T> failed(String why, boolean isAnswer) {
    return CompletableFuture.failedFuture(new NoDelegation(why, isAnswer));
  }
}
