package org.theseus.messaging.core;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.MatrixError;
import org.theseus.protocol.api.MatrixException;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.TransientException;
import org.theseus.transport.api.FederationClient;

/** Asks other servers and tells a refusal from an unclear outcome. Blocks. */
final class Peers {
  static final String V1 = "/_matrix/federation/v1/";
  static final String V2 = "/_matrix/federation/v2/";
  private static final Duration SHORT = Duration.ofSeconds(20);
  private static final Pattern ERRCODE = Pattern.compile("[A-Za-z0-9._]{1,100}");
  private static final int MAX_SHOWN = 300;

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
    try {
      return response.objectOrThrow();
    } catch (MatrixException refused) {
      throw shown(refused.error(), request.destination());
    }
  }

  /** A peer's error reaches our log and our users: it must be short and steer neither. */
  private static MatrixException shown(MatrixError error, ServerName peer) {
    String errcode =
        ERRCODE.matcher(error.errcode()).matches() ? error.errcode() : MatrixError.UNKNOWN;
    String text = error.error().substring(0, Math.min(error.error().length(), MAX_SHOWN));
    return new MatrixException(
        error.status(), errcode, text.replaceAll("\\p{Cc}", " ") + " (says " + peer + ")");
  }
}
