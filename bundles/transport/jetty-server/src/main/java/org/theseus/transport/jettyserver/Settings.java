package org.theseus.transport.jettyserver;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.Optional;

/**
 * What a server is told.
 *
 * @param address where to listen; port 0 takes a free one
 * @param certificate the key and certificate of TLS; without, plain HTTP is spoken
 * @param limits what it bears of its clients
 * @param proxies who may stand in front of it
 * @param proxyProtocol whether connections begin with a line that tells the client
 * @param accessLog whether each request is logged
 */
record Settings(
    InetSocketAddress address,
    Optional<CertificateSource> certificate,
    Limits limits,
    Proxies proxies,
    boolean proxyProtocol,
    boolean accessLog) {
  Settings {
    Objects.requireNonNull(address);
    Objects.requireNonNull(certificate);
    Objects.requireNonNull(limits);
    Objects.requireNonNull(proxies);
    if (isForProxies(certificate, proxyProtocol) && proxies.networks().isEmpty()) {
      throw new IllegalArgumentException(
          "what only a proxy may speak (plain HTTP, the PROXY protocol) needs trustedProxies");
    }
  }

  /** Tells whether others can be bound beside these, to another address. */
  boolean isBeside(Settings others) {
    boolean isForAll =
        address.getAddress().isAnyLocalAddress() || others.address.getAddress().isAnyLocalAddress();
    return !address.equals(others.address)
        && !(isForAll && address.getPort() == others.address.getPort());
  }

  /** Tells whether an address may connect: what strangers could forge only proxies may say. */
  boolean admits(InetAddress peer) {
    return !isForProxies(certificate, proxyProtocol) || proxies.trusts(peer);
  }

  private static boolean isForProxies(
      Optional<CertificateSource> certificate, boolean proxyProtocol) {
    return certificate.isEmpty() || proxyProtocol;
  }

  @Override
  public String toString() {
    return "Settings[" + address + ", " + certificate + ']';
  }
}
