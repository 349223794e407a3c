package org.theseus.transport.api;

import java.io.Closeable;
import java.io.InputStream;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/**
 * HTTPS outwards, unsigned. Refuses private addresses unless configured otherwise. Safe for many
 * threads.
 */
@ProviderType
public interface HttpTransport {
  /**
   * A request.
   *
   * @param target where to
   * @param method the HTTP method
   * @param path path and query, as they go on the wire
   * @param headers further headers; Host, Content-Type and Content-Length are set by the transport
   * @param body the body, or empty
   * @param timeout for the whole exchange
   * @param maxAnswerBytes the most bytes of an answer that are read
   */
  record Request(
      ResolvedServer target,
      String method,
      String path,
      Map<String, String> headers,
      Optional<Body> body,
      Duration timeout,
      long maxAnswerBytes) {
    /** Checks that all parts are there. */
    public Request {
      Objects.requireNonNull(target);
      Objects.requireNonNull(method);
      Objects.requireNonNull(path);
      headers = Map.copyOf(headers);
      Objects.requireNonNull(body);
      Objects.requireNonNull(timeout);
    }
  }

  /**
   * An answer whose head has arrived; a short one (64 KiB) is there as a whole.
   *
   * @param status the HTTP status
   * @param headers the headers, names in lower case, the first of each
   * @param body the body; reading blocks, and fails with an {@link java.io.IOException} past the
   *     bound, after the time-out or if the connection ends early; must be closed
   */
  record Response(int status, Map<String, String> headers, InputStream body) implements Closeable {
    /** Checks that all parts are there. */
    public Response {
      headers = Map.copyOf(headers);
      Objects.requireNonNull(body);
    }

    @Override
    public void close() throws java.io.IOException {
      body.close();
    }
  }

  /**
   * Sends a request once; redirects are not followed.
   *
   * @param request the request
   * @return the answer, whatever its status, on a thread that may block on its body; completes
   *     exceptionally with {@link org.theseus.protocol.api.TransientException} if there is none
   */
  CompletionStage<Response> send(Request request);
}
