package org.theseus.transport.core;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.theseus.protocol.api.JsonException;
import org.theseus.protocol.api.JsonNull;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonReader;
import org.theseus.protocol.api.JsonValue;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.SignedJson;
import org.theseus.protocol.api.Signer;
import org.theseus.protocol.api.TransientException;
import org.theseus.transport.api.Body;
import org.theseus.transport.api.FederationClient;
import org.theseus.transport.api.HttpTransport;
import org.theseus.transport.api.LocalServer;
import org.theseus.transport.api.OwnKeys;
import org.theseus.transport.api.ResolvedServer;
import org.theseus.transport.api.ServerResolver;

/** Signs requests with X-Matrix and reads what is answered. */
@Component
public final class SignedClient implements FederationClient {
  private final OwnKeys keys;
  private final LocalServer self;
  private final ServerResolver resolver;
  private final HttpTransport http;
  private final JsonReader json;
  private final SignedJson signatures;

  /**
   * Joins what a signed request needs.
   *
   * @param keys sign
   * @param self the origin
   * @param resolver finds destinations
   * @param http carries requests
   * @param json reads answers
   * @param signatures signs JSON
   */
  @Activate
  public SignedClient(
      @Reference(policyOption = ReferencePolicyOption.GREEDY) OwnKeys keys,
      @Reference(policyOption = ReferencePolicyOption.GREEDY) LocalServer self,
      @Reference(policyOption = ReferencePolicyOption.GREEDY) ServerResolver resolver,
      @Reference(policyOption = ReferencePolicyOption.GREEDY) HttpTransport http,
      @Reference(policyOption = ReferencePolicyOption.GREEDY) JsonReader json,
      @Reference(policyOption = ReferencePolicyOption.GREEDY) SignedJson signatures) {
    this.keys = keys;
    this.self = self;
    this.resolver = resolver;
    this.http = http;
    this.json = json;
    this.signatures = signatures;
  }

  @Override
  public CompletionStage<Response> send(Request request) {
    long began = System.nanoTime();
    try {
      return resolver
          .resolve(request.destination())
          .thenCompose(target -> http.send(signed(request, target, left(request.timeout(), began))))
          .thenApply(response -> read(request, response));
    } catch (RuntimeException failed) {
      return CompletableFuture.failedFuture(failed);
    }
  }

  private static Duration left(Duration timeout, long began) {
    Duration left = timeout.minusNanos(System.nanoTime() - began);
    if (left.isNegative() || left.isZero()) {
      throw new TransientException("no time was left once the server was found");
    }
    return left;
  }

  private HttpTransport.Request signed(Request request, ResolvedServer target, Duration timeout) {
    return new HttpTransport.Request(
        target,
        request.method(),
        request.path(),
        Map.of(XMatrix.HEADER, authorization(request)),
        request.body().map(Body::json),
        timeout,
        request.maxAnswerBytes());
  }

  private String authorization(Request request) {
    ServerName origin = self.name();
    Signer signer = keys.signer();
    JsonObject signed =
        signatures.sign(
            XMatrix.signedObject(
                request.method(), request.path(), origin, request.destination(), request.body()),
            origin,
            signer);
    String signature =
        signed
            .object("signatures")
            .flatMap(all -> all.object(origin.value()))
            .flatMap(ours -> ours.string(signer.keyId().value()))
            .orElseThrow();
    return new XMatrix(
            origin, Optional.of(request.destination().value()), signer.keyId(), signature)
        .format();
  }

  private Response read(Request request, HttpTransport.Response response) {
    try (response) {
      return new Response(response.status(), body(request, response));
    } catch (IOException failed) {
      throw new TransientException(request.destination() + " did not finish its answer", failed);
    }
  }

  private JsonValue body(Request request, HttpTransport.Response response) throws IOException {
    try {
      return json.readLenient(response.body(), request.maxAnswerBytes());
    } catch (JsonException notJson) {
      // What stands in front of a server answers errors in HTML: then the status has to do.
      if (response.status() >= 200 && response.status() < 300) {
        throw new TransientException(request.destination() + " answered no JSON", notJson);
      }
      return JsonNull.NULL;
    }
  }
}
