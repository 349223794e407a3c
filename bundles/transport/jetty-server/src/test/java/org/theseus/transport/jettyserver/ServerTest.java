package org.theseus.transport.jettyserver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.theseus.protocol.api.MatrixException;
import org.theseus.support.Threads;
import org.theseus.transport.api.Answer;
import org.theseus.transport.api.Body;
import org.theseus.transport.api.RequestHandler;

/** A server on loopback whose requests are handled as each test says. */
@Timeout(60)
abstract class ServerTest {
  static final RequestHandler ECHO =
      exchange ->
          exchange
              .readBody(100)
              .whenComplete(
                  (body, failure) ->
                      exchange.respond(
                          failure instanceof MatrixException refused
                              ? Answer.error(refused.error())
                              : new Answer(
                                  200,
                                  Map.of(),
                                  Body.json(
                                      (exchange.method() + exchange.target()).getBytes(UTF_8)))));

  static final Limits LIMITS =
      limits(Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ofSeconds(30));

  static final InetSocketAddress ADDRESS =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  @TempDir static Path folder;
  static Path keyStore;
  static SSLContext tls;

  final ScheduledExecutorService timer = Threads.scheduler("test-timer");
  final Dispatcher dispatcher = new Dispatcher(3, timer);
  ServerSocketChannel socket;
  HttpsServer server;
  int port;

  @BeforeAll
  static void makeCertificate() throws Exception {
    keyStore = Certificates.keyStore(folder);
    tls = Certificates.trusting(keyStore);
  }

  @BeforeEach
  void startServer() throws Exception {
    socket = ServerSocketChannel.open();
    socket.setOption(StandardSocketOptions.SO_REUSEADDR, true);
    socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
    port = ((InetSocketAddress) socket.getLocalAddress()).getPort();
    server = server(LIMITS);
    server.accept();
  }

  @AfterEach
  void stopServer() throws Exception {
    server.stop();
    socket.close();
    timer.shutdownNow();
  }

  static Limits limits(Duration head, Duration body, Duration answer) {
    return new Limits(Duration.ofSeconds(60), head, body, answer, 1_000, 1_000, 2, 1_000);
  }

  HttpsServer server(Limits limits) throws Exception {
    return server(new CertificateSource.Pkcs12(keyStore, Certificates.PASSWORD), limits);
  }

  HttpsServer server(CertificateSource certificate, Limits limits) throws Exception {
    return server(
        new Settings(ADDRESS, Optional.of(certificate), limits, Proxies.NONE, false, true));
  }

  HttpsServer server(Settings settings) throws Exception {
    HttpsServer made = new HttpsServer(settings, address -> socket, dispatcher, timer);
    made.start();
    return made;
  }

  void restart(Limits limits) throws Exception {
    server.stop();
    server = server(limits);
    server.accept();
  }

  TestClient connect() throws IOException {
    return TestClient.connect(tls, port);
  }

  void waitUntilParked(int count) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (dispatcher.parked() != count) {
      assertThat(System.nanoTime()).as("parked " + dispatcher.parked()).isLessThan(deadline);
      Thread.sleep(5);
    }
  }
}
