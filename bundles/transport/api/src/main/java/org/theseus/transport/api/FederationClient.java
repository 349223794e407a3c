package org.theseus.transport.api;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonValue;
import org.theseus.protocol.api.MatrixError;
import org.theseus.protocol.api.MatrixException;
import org.theseus.protocol.api.ServerName;

/**
 * Requests to other servers, signed with X-Matrix. One attempt each; whoever asks decides on
 * another. Safe for many threads.
 *
 * @see <a href="https://spec.matrix.org/v1.19/server-server-api/#request-authentication">Request
 *     authentication</a>
 */
@ProviderType
public interface FederationClient {
  /** For answers that are not expected to be large: 1 MiB. */
  long SMALL = 1L << 20;

  /** For answers that hold a room's state: 256 MiB. */
  long LARGE = 256L << 20;

  /**
   * A request to another server.
   *
   * @param destination whom to ask
   * @param method the HTTP method
   * @param path path and query, percent-encoded as they go on the wire
   * @param body the body, or empty
   * @param timeout for the whole exchange
   * @param maxAnswerBytes the most bytes of an answer that are read
   */
  record Request(
      ServerName destination,
      String method,
      String path,
      Optional<JsonObject> body,
      Duration timeout,
      long maxAnswerBytes) {
    /** Checks that all parts are there. */
    public Request {
      Objects.requireNonNull(destination);
      Objects.requireNonNull(method);
      Objects.requireNonNull(path);
      Objects.requireNonNull(body);
      Objects.requireNonNull(timeout);
    }

    /**
     * Makes a GET request.
     *
     * @param destination whom to ask
     * @param path path and query, percent-encoded
     * @param timeout for the whole exchange
     * @param maxAnswerBytes the most bytes of an answer that are read
     * @return the request
     */
    public static Request get(
        ServerName destination, String path, Duration timeout, long maxAnswerBytes) {
      return new Request(destination, "GET", path, Optional.empty(), timeout, maxAnswerBytes);
    }
  }

  /**
   * An answer.
   *
   * @param status the HTTP status
   * @param body the body; JSON null if an error's body was no JSON
   */
  record Response(int status, JsonValue body) {
    /** Checks that there is a body. */
    public Response {
      Objects.requireNonNull(body);
    }

    /**
     * Tells whether the request was granted.
     *
     * @return true for a 2xx status
     */
    public boolean isOk() {
      return status >= 200 && status < 300;
    }

    /**
     * Takes the object a granted request is answered with.
     *
     * @return the body
     * @throws MatrixException with the peer's status, errcode and error if the request was refused;
     *     {@code M_BAD_JSON}, status 502, if the answer is no object
     */
    public JsonObject objectOrThrow() {
      if (isOk() && body instanceof JsonObject object) {
        return object;
      }
      if (isOk()) {
        throw new MatrixException(502, MatrixError.BAD_JSON, "the answer is no JSON object");
      }
      JsonObject error = body instanceof JsonObject object ? object : JsonObject.EMPTY;
      throw new MatrixException(
          new MatrixError(
              status,
              error.string("errcode").orElse(MatrixError.UNKNOWN),
              error.string("error").orElse("the peer answered " + status),
              error.without("errcode", "error")));
    }
  }

  /**
   * Sends a request.
   *
   * @param request the request
   * @return the answer, whatever its status; completes exceptionally with {@link
   *     org.theseus.protocol.api.TransientException} if the server cannot be found or reached, or
   *     answers late, too much or with 2xx and no JSON
   */
  CompletionStage<Response> send(Request request);

  /**
   * Encodes a path segment or a query value.
   *
   * @param text the text
   * @return the text, percent-encoded (a slash too)
   */
  static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
