package org.theseus.transport.jettyserver;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Objects;

/**
 * What a server is told.
 *
 * @param address where to listen; port 0 takes a free one
 * @param keyStore a PKCS12 file with the key and certificate of TLS
 * @param keyStorePassword its password
 * @param limits what it bears of its clients
 */
record Settings(InetSocketAddress address, Path keyStore, String keyStorePassword, Limits limits) {
  Settings {
    Objects.requireNonNull(address);
    Objects.requireNonNull(keyStore);
    Objects.requireNonNull(keyStorePassword);
    Objects.requireNonNull(limits);
  }

  @Override
  public String toString() {
    return "Settings[" + address + ", " + keyStore + ']';
  }
}
