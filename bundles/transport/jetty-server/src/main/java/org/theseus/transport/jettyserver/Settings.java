package org.theseus.transport.jettyserver;

import java.net.InetSocketAddress;
import java.util.Objects;

/**
 * What a server is told.
 *
 * @param address where to listen; port 0 takes a free one
 * @param certificate the key and certificate of TLS
 * @param limits what it bears of its clients
 */
record Settings(InetSocketAddress address, CertificateSource certificate, Limits limits) {
  Settings {
    Objects.requireNonNull(address);
    Objects.requireNonNull(certificate);
    Objects.requireNonNull(limits);
  }

  @Override
  public String toString() {
    return "Settings[" + address + ", " + certificate + ']';
  }
}
