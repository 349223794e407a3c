package org.theseus.transport.jettyserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.AbstractConnectionFactory;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Server;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.theseus.support.Threads;

@Timeout(60)
class KeptConnectorTest {
  private final CountDownLatch broken = new CountDownLatch(3);

  /** Has an endpoint already when it fails. */
  private final class Broken extends AbstractConnectionFactory {
    Broken() {
      super("broken");
    }

    @Override
    public Connection newConnection(Connector connector, EndPoint endPoint) {
      return new AbstractConnection(endPoint, connector.getExecutor()) {
        @Override
        public void onOpen() {
          broken.countDown();
          throw new IllegalStateException("as the test wants");
        }

        @Override
        public void onFillable() {
          throw new IllegalStateException("was never open");
        }
      };
    }
  }

  @Test
  void connectionsThatFailWhileTheyOpenAreNotWaitedFor() throws Exception {
    Settings settings =
        new Settings(
            ServerTest.ADDRESS, Optional.empty(), ServerTest.LIMITS, Proxies.LOCAL, false, false);
    Server server = new Server();
    ScheduledExecutorService timer = Threads.scheduler("test-timer");
    try (ServerSocketChannel socket =
        ServerSocketChannel.open()
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
      KeptConnector connector =
          new KeptConnector(server, socket, new Connections(settings, new Tally()), new Broken());
      server.addConnector(connector);
      server.start();
      for (int i = 0; i < 3; i++) {
        try (Socket client = TestClient.plain(socket.socket().getLocalPort())) {
          assertThat(ends(client)).isTrue();
        }
      }
      assertThat(broken.await(30, TimeUnit.SECONDS)).isTrue();

      assertThat(
              Until.holds(connector::isQuiet, Duration.ofSeconds(30), timer)
                  .toCompletableFuture()
                  .join())
          .isTrue();
    } finally {
      server.stop();
      timer.shutdownNow();
    }
  }

  private static boolean ends(Socket client) {
    try {
      return client.getInputStream().read() < 0;
    } catch (IOException reset) {
      return true;
    }
  }
}
