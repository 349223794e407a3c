package org.theseus.transport.api;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonValue;
import org.theseus.protocol.api.MatrixError;
import org.theseus.protocol.api.MatrixException;
import org.theseus.protocol.api.ServerName;

/**
 * A request as an endpoint gets it.
 *
 * @param origin the server that signed it; empty on unsigned routes
 * @param variables the path's variables, decoded
 * @param query the query's parameters, decoded, each with its values in order
 * @param body the body, or empty if there was none or the route ignores it
 * @param remote the client's address
 */
public record InboundRequest(
    Optional<ServerName> origin,
    Map<String, String> variables,
    Map<String, List<String>> query,
    Optional<JsonValue> body,
    InetSocketAddress remote) {
  /** Copies what could change. */
  public InboundRequest {
    Objects.requireNonNull(origin);
    variables = Map.copyOf(variables);
    query = Map.copyOf(query);
    Objects.requireNonNull(body);
    Objects.requireNonNull(remote);
  }

  /**
   * Tells who signed the request of a signed route.
   *
   * @return the server
   */
  public ServerName signer() {
    return origin.orElseThrow();
  }

  /**
   * Reads a variable of the path.
   *
   * @param name its name
   * @return its value, decoded
   */
  public String variable(String name) {
    return Objects.requireNonNull(variables.get(name), name);
  }

  /**
   * Reads a parameter of the query.
   *
   * @param name its name
   * @return its first value, or empty
   */
  public Optional<String> parameter(String name) {
    return Optional.ofNullable(query.get(name)).map(values -> values.get(0));
  }

  /**
   * Reads the body as an object.
   *
   * @return the object
   * @throws MatrixException {@code M_NOT_JSON} (400) if there is no body, {@code M_BAD_JSON} (400)
   *     if it is no object
   */
  public JsonObject object() {
    if (body.isEmpty()) {
      throw new MatrixException(400, MatrixError.NOT_JSON, "the request has no body");
    }
    if (body.get() instanceof JsonObject object) {
      return object;
    }
    throw new MatrixException(400, MatrixError.BAD_JSON, "the body is no JSON object");
  }
}
