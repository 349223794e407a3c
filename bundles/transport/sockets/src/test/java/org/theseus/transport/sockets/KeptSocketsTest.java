package org.theseus.transport.sockets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KeptSocketsTest {
  private final Map<SocketAddress, ServerSocketChannel> kept = new HashMap<>();
  private final KeptSockets alone = new KeptSockets(kept, new HandedSocket(() -> null));
  private ServerSocketChannel manager;

  @BeforeEach
  void bindAsAManagerDoes() throws IOException {
    manager = ServerSocketChannel.open().bind(at("127.0.0.1", 0));
  }

  @AfterEach
  void close() throws IOException {
    alone.close();
    manager.close();
  }

  private static InetSocketAddress at(String host, int port) throws UnknownHostException {
    return new InetSocketAddress(InetAddress.getByName(host), port);
  }

  private int port() throws IOException {
    return ((InetSocketAddress) manager.getLocalAddress()).getPort();
  }

  private KeptSockets handed() {
    return new KeptSockets(kept, new HandedSocket(() -> manager));
  }

  @Test
  void whoComesNextGetsTheSocketThatIsOpen() throws IOException {
    ServerSocketChannel first = alone.apply(at("127.0.0.1", 0));
    assertThat(alone.apply(at("127.0.0.1", 0))).isSameAs(first);
    assertThat(new KeptSockets(kept, new HandedSocket(() -> null)).apply(at("127.0.0.1", 0)))
        .isSameAs(first);
    first.close();
    assertThat(alone.apply(at("127.0.0.1", 0))).isNotSameAs(first).matches(c -> c.isOpen());
    alone.close();
    assertThat(kept).isEmpty();
  }

  @Test
  void addressThatIsTakenIsRefused() throws IOException {
    InetSocketAddress taken = at("127.0.0.1", port());
    assertThatThrownBy(() -> alone.apply(taken))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("cannot listen on")
        .hasMessageContaining(String.valueOf(taken.getPort()));
  }

  @Test
  void socketOfTheServiceManagerIsTakenWhereItFitsAndNeverClosed() throws IOException {
    KeptSockets sockets = handed();
    assertThat(sockets.apply(at("127.0.0.1", port()))).isSameAs(manager);
    assertThat(sockets.apply(at("127.0.0.1", port()))).isSameAs(manager);
    sockets.close();
    assertThat(manager.isOpen()).isTrue();
    assertThat(kept).isEmpty();
    assertThat(sockets.apply(at("0.0.0.0", port()))).as("of any host").isSameAs(manager);
  }

  @Test
  void socketOfTheServiceManagerForAnyHostServesEach() throws IOException {
    manager.close();
    manager = ServerSocketChannel.open().bind(at("0.0.0.0", 0));
    assertThat(handed().apply(at("127.0.0.1", port()))).isSameAs(manager);
  }

  @Test
  void otherAddressesAreBoundAsUsual() throws IOException {
    KeptSockets sockets = handed();
    try {
      assertThat(sockets.apply(at("127.0.0.1", 0))).isNotSameAs(manager);
      assertThat(sockets.apply(at("127.0.0.2", port()))).as("other host").isNotSameAs(manager);
      assertThat(sockets.apply(at("127.0.0.1", port()))).isSameAs(manager);
    } finally {
      sockets.close();
    }
    KeptSockets none =
        new KeptSockets(
            kept,
            new HandedSocket(
                () -> {
                  throw new IOException("stdin is another kind of socket");
                }));
    assertThat(none.apply(at("127.0.0.1", 0))).isNotSameAs(manager);
  }
}
