package org.theseus.transport.jettyserver;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;

/**
 * What a server is told.
 *
 * @param address where to listen; port 0 takes a free one
 * @param keyStore a PKCS12 file with the key and certificate of TLS
 * @param keyStorePassword its password
 * @param idle how long a connection may wait for its next request: longer than the pools of peers
 *     keep theirs, so that they close first (Synapse after two minutes)
 * @param head how long a handshake or the head of a request may take
 * @param body how long the body of a request may take: it takes up room before its sender is known,
 *     and a transaction has to be answered within 25 seconds
 */
record Settings(
    InetSocketAddress address,
    Path keyStore,
    String keyStorePassword,
    Duration idle,
    Duration head,
    Duration body) {
  private static final Duration IDLE = Duration.ofMinutes(3);
  private static final Duration HEAD = Duration.ofSeconds(30);
  private static final Duration BODY = Duration.ofSeconds(20);

  Settings {
    Objects.requireNonNull(address);
    Objects.requireNonNull(keyStore);
    Objects.requireNonNull(keyStorePassword);
  }

  Settings(InetSocketAddress address, Path keyStore, String keyStorePassword) {
    this(address, keyStore, keyStorePassword, IDLE, HEAD, BODY);
  }

  @Override
  public String toString() {
    return "Settings[" + address + ", " + keyStore + ']';
  }
}
