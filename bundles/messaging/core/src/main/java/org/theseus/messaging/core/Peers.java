package org.theseus.messaging.core;

import java.time.Duration;
import java.util.Optional;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.MatrixException;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.TransientException;
import org.theseus.transport.api.FederationClient;

/** Asks other servers and tells a refusal from an unclear outcome. Blocks. */
final class Peers {
  static final String V1 = "/_matrix/federation/v1/";
  static final String V2 = "/_matrix/federation/v2/";
  private static final Duration SHORT = Duration.ofSeconds(20);

  private final FederationClient client;

  Peers(FederationClient client) {
    this.client = client;
  }

  /**
   * Asks for a small thing.
   *
   * @throws MatrixException if the peer refused, with its own error
   * @throws TransientException if nobody can say what the peer did
   */
  JsonObject get(ServerName server, String path) {
    return send(FederationClient.Request.get(server, path, SHORT, FederationClient.SMALL));
  }

  /**
   * Hands something in.
   *
   * @throws MatrixException if the peer refused, with its own error
   * @throws TransientException if nobody can say what the peer did
   */
  JsonObject put(
      ServerName server, String path, JsonObject body, Duration timeout, long maxAnswerBytes) {
    return send(
        new FederationClient.Request(
            server, "PUT", path, Optional.of(body), timeout, maxAnswerBytes));
  }

  private JsonObject send(FederationClient.Request request) {
    FederationClient.Response response = Stages.await(client.send(request));
    int status = response.status();
    if (status == 429 || status >= 500) {
      throw new TransientException(request.destination() + " answered " + status);
    }
    if (response.isOk() && !(response.body() instanceof JsonObject)) {
      throw new TransientException(request.destination() + " answered no JSON object");
    }
    return response.objectOrThrow();
  }
}
