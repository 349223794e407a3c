package org.theseus.transport.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.TransientException;
import org.theseus.transport.api.ResolvedServer;

class DiscoveryTest {
  private final Discovery discovery = new Discovery();

  @ParameterizedTest
  @CsvSource({
    "192.0.2.7,              192.0.2.7,   8448",
    "192.0.2.7:1,            192.0.2.7,   1",
    "[2001:db8::7],          2001:db8::7, 8448",
    "[2001:db8::7]:65535,    2001:db8::7, 65535",
    "matrix.example:8449,    matrix.example, 8449",
    "localhost:8448,         localhost,   8448",
    "matrix.example,         matrix.example, 8448",
  })
  void findsNamesThatTellWhere(String name, String host, int port) {
    ServerName server = ServerName.of(name);

    assertThat(discovery.resolve(server).toCompletableFuture().join())
        .isEqualTo(new ResolvedServer(server, host, port, name, host));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.example:0", "a.example:65536", "192.0.2.7:99999", "[::1]:0"})
  void portsThatAreNone(String name) {
    assertThatThrownBy(() -> discovery.resolve(ServerName.of(name)).toCompletableFuture().join())
        .hasCauseInstanceOf(TransientException.class);
  }
}
