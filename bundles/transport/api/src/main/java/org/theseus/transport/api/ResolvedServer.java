package org.theseus.transport.api;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Objects;
import org.theseus.protocol.api.ServerName;

/**
 * Where a server is to be reached.
 *
 * @param server the name that was resolved
 * @param addresses where to connect, in the order to be tried; resolved and at least one
 * @param hostHeader the value of the Host header
 * @param certificateName the host name or IP address, without brackets, its certificate must be
 *     valid for
 */
public record ResolvedServer(
    ServerName server,
    List<InetSocketAddress> addresses,
    String hostHeader,
    String certificateName) {
  /**
   * Checks that all parts are there.
   *
   * @throws IllegalArgumentException if there is no address, or one is not resolved
   */
  public ResolvedServer {
    Objects.requireNonNull(server);
    addresses = List.copyOf(addresses);
    if (addresses.isEmpty() || addresses.stream().anyMatch(InetSocketAddress::isUnresolved)) {
      throw new IllegalArgumentException("no address, or one that is not resolved: " + addresses);
    }
    Objects.requireNonNull(hostHeader);
    Objects.requireNonNull(certificateName);
  }
}
