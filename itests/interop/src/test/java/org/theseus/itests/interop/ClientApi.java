package org.theseus.itests.interop;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.theseus.itests.peer.Grammar;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonValue;

/** The Client-Server API of a Synapse, as a client of its users speaks it. */
final class ClientApi {
  /** An answer that is no 200. */
  static final class Refused extends IOException {
    private static final long serialVersionUID = 1;

    private final int status;

    Refused(int status, String message) {
      super(message);
      this.status = status;
    }

    int status() {
      return status;
    }
  }

  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(5);

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI base;

  ClientApi(int port) {
    this.base = URI.create("http://127.0.0.1:" + port);
  }

  /** Joins the segments of a path, each percent-encoded. */
  static String path(String... segments) {
    return beneath("/_matrix/client/v3/", segments);
  }

  /** The same, of what only administrators may ask. */
  static String adminPath(String... segments) {
    return beneath("/_synapse/admin/v1/", segments);
  }

  private static String beneath(String prefix, String... segments) {
    return Stream.of(segments)
        .map(it -> URLEncoder.encode(it, StandardCharsets.UTF_8).replace("+", "%20"))
        .collect(Collectors.joining("/", prefix, ""));
  }

  boolean answers() {
    try {
      HttpRequest request =
          HttpRequest.newBuilder(base.resolve("/_matrix/client/versions"))
              .timeout(SIGN_OF_LIFE)
              .build();
      return client.send(request, BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException notYet) {
      return false;
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  JsonValue get(String token, String path) throws Exception {
    return ask(token, "GET", path, JsonObject.EMPTY);
  }

  JsonObject getObject(String token, String path) throws Exception {
    return (JsonObject) get(token, path);
  }

  JsonObject post(String token, String path, JsonObject body) throws Exception {
    return (JsonObject) ask(token, "POST", path, body);
  }

  JsonObject put(String token, String path, JsonObject body) throws Exception {
    return (JsonObject) ask(token, "PUT", path, body);
  }

  private JsonValue ask(String token, String method, String path, JsonObject body)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(base.resolve(path))
            .timeout(TIMEOUT)
            .header("Content-Type", "application/json")
            .method(
                method,
                method.equals("GET")
                    ? BodyPublishers.noBody()
                    : BodyPublishers.ofString(body.toString()));
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    HttpResponse<byte[]> answer = client.send(request.build(), BodyHandlers.ofByteArray());
    if (answer.statusCode() != 200) {
      throw new Refused(
          answer.statusCode(),
          method
              + " "
              + path
              + " was answered "
              + answer.statusCode()
              + " "
              + new String(answer.body(), StandardCharsets.UTF_8));
    }
    return Grammar.JSON.read(answer.body());
  }
}
