package org.theseus.transport.core.discovery;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import org.theseus.protocol.api.ServerName;
import org.xbill.DNS.Address;

/** What server names say about where to connect. */
final class Targets {
  static final int MAX_PORT = 65_535;

  private Targets() {}

  /** Tells the host as DNS and certificates have it: no brackets, no dot at its end. */
  static String host(ServerName server) {
    String host = server.host();
    if (host.startsWith("[")) {
      return host.substring(1, host.length() - 1);
    }
    return host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
  }

  /** Tells the address that an IP literal stands for, if it does. */
  static Optional<InetAddress> literal(ServerName server) {
    try {
      return server.isIpLiteral()
          ? Optional.of(Address.getByAddress(host(server)))
          : Optional.empty();
    } catch (UnknownHostException none) {
      return Optional.empty();
    }
  }

  /** Tells why nothing can be connected to by that name, if so. */
  static Optional<String> flaw(ServerName server) {
    int port = server.port().orElse(1);
    if (port == 0 || port > MAX_PORT) {
      return Optional.of("there is no such port");
    }
    return server.isIpLiteral() && literal(server).isEmpty()
        ? Optional.of("there is no such address")
        : Optional.empty();
  }
}
