package org.theseus.transport.api;

import java.util.Objects;

/**
 * A method and path an endpoint answers. The bundle names it in its manifest too, as a capability
 * {@value #NAMESPACE} with the attributes {@code method} and {@code path}, so that requests wait
 * while the bundle is installed and the endpoint is away.
 *
 * @param method the HTTP method
 * @param path the path, a segment in braces being a variable: {@code
 *     /_matrix/federation/v1/event/{eventId}}
 * @param signed whether requests must carry X-Matrix
 * @param maxBodyBytes the most bytes of a body; 0 if a body is ignored
 */
public record Route(String method, String path, boolean signed, long maxBodyBytes) {
  /** The namespace of the capability. */
  public static final String NAMESPACE = "org.theseus.endpoint";

  /** Enough for one event and what goes with it: 1 MiB. */
  public static final long SMALL = 1L << 20;

  /** Checks that all parts are there. */
  public Route {
    Objects.requireNonNull(method);
    Objects.requireNonNull(path);
  }

  /**
   * Makes the route of a signed GET request.
   *
   * @param path the path with its variables in braces
   * @return the route
   */
  public static Route get(String path) {
    return new Route("GET", path, true, 0);
  }

  /**
   * Makes the route of a signed PUT request with a small body.
   *
   * @param path the path with its variables in braces
   * @return the route
   */
  public static Route put(String path) {
    return new Route("PUT", path, true, SMALL);
  }

  /**
   * Makes the route of a signed POST request with a small body.
   *
   * @param path the path with its variables in braces
   * @return the route
   */
  public static Route post(String path) {
    return new Route("POST", path, true, SMALL);
  }
}
