package org.theseus.transport.api;

import java.util.Objects;
import org.theseus.protocol.api.ServerName;

/**
 * Where a server is to be reached.
 *
 * @param server the name that was resolved
 * @param host the host name or IP address to connect to, without brackets
 * @param port the port to connect to
 * @param hostHeader the value of the Host header
 * @param certificateName the host name or IP address its certificate must be valid for
 */
public record ResolvedServer(
    ServerName server, String host, int port, String hostHeader, String certificateName) {
  /** Checks that all parts are there. */
  public ResolvedServer {
    Objects.requireNonNull(server);
    Objects.requireNonNull(host);
    Objects.requireNonNull(hostHeader);
    Objects.requireNonNull(certificateName);
  }
}
