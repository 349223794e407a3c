package org.theseus.transport.jettyserver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.theseus.support.Threads;
import org.theseus.transport.api.Answer;
import org.theseus.transport.api.Body;
import org.theseus.transport.api.Exchange;
import org.theseus.transport.api.RequestHandler;

@Timeout(60)
class HttpsServerTest {
  private static final RequestHandler ECHO =
      exchange ->
          exchange
              .readBody(100)
              .whenComplete(
                  (body, failure) ->
                      exchange.respond(
                          new Answer(
                              failure == null ? 200 : 413,
                              Map.of(),
                              Body.json((exchange.method() + exchange.target()).getBytes(UTF_8)))));

  @TempDir static Path folder;
  private static Path keyStore;
  private static SSLContext tls;

  private final ScheduledExecutorService timer = Threads.scheduler("test-timer");
  private final Dispatcher dispatcher = new Dispatcher(3, timer);
  private ServerSocketChannel socket;
  private HttpsServer server;
  private int port;

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
    server = server(dispatcher);
    server.accept();
  }

  @AfterEach
  void stopServer() throws Exception {
    server.stop();
    socket.close();
    timer.shutdownNow();
  }

  private HttpsServer server(Dispatcher to) throws Exception {
    return server(to, Duration.ofSeconds(30), Duration.ofSeconds(30));
  }

  private HttpsServer server(Dispatcher to, Duration head, Duration body) throws Exception {
    HttpsServer made =
        new HttpsServer(
            new Settings(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                keyStore,
                Certificates.PASSWORD,
                Duration.ofSeconds(60),
                head,
                body),
            address -> socket,
            to,
            timer);
    made.start();
    return made;
  }

  private TestClient connect() throws IOException {
    return TestClient.connect(tls, port);
  }

  @Test
  void targetArrivesAsItWasSent() throws Exception {
    dispatcher.bind(ECHO);
    try (TestClient client = connect()) {
      for (String target :
          new String[] {
            "/_matrix/federation/v1/event/$a%2Fb%2f..%2F%24?x=%20+&y=a%2Fb",
            "/a//b/%41;c=d/%C3%A9?",
            "/a%2e%2e/b%25?%zz"
          }) {
        assertThat(client.get(target).body()).isEqualTo("GET" + target);
      }
    }
  }

  @Test
  void whoIsAnsweredBeforeItsBodyHasComeIsToldThatTheConnectionEnds() throws Exception {
    dispatcher.bind(
        exchange -> exchange.respond(new Answer(401, Map.of(), Body.json(new byte[0]))));
    try (TestClient client = connect()) {
      client.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 7\r\n\r\n");
      TestClient.Reply reply = client.reply();
      assertThat(reply.status()).isEqualTo(401);
      assertThat(reply.closes()).isTrue();
      assertThat(client.ends()).isTrue();
    }
    try (TestClient client = connect()) {
      assertThat(client.get("/").closes()).isFalse();
      assertThat(client.get("/").closes()).isFalse();
    }
  }

  @Test
  void errorsOfJettyAreJsonAndTellNothing() throws Exception {
    dispatcher.bind(ECHO);
    String huge = "x".repeat(40_000);
    for (String request :
        new String[] {
          "GET / HTTP/1.1\r\n\r\n",
          "NONSENSE\r\n\r\n",
          "GET /" + huge + " HTTP/1.1\r\nHost: a\r\n\r\n",
          "GET / HTTP/1.1\r\nHost: a\r\nX: " + huge + "\r\n\r\n",
          "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
          "GET / HTTP/9.9\r\nHost: a\r\n\r\n",
          "GET /../../etc HTTP/1.1\r\nHost: a\r\n\r\n"
        }) {
      try (TestClient client = connect()) {
        client.send(request);
        TestClient.Reply reply = client.reply();
        assertThat(reply.status()).as(request.lines().findFirst().get()).isBetween(400, 505);
        assertThat(reply.headers()).containsEntry("content-type", "application/json");
        assertThat(reply.headers()).doesNotContainKey("server");
        assertThat(reply.body()).matches("\\{\"errcode\":\"M_[A-Z_]+\",\"error\":\"[A-Za-z ]+\"}");
      }
    }
  }

  @Test
  void failingHandlerIsAnInternalError() throws Exception {
    dispatcher.bind(
        exchange -> {
          throw new IllegalStateException("secret");
        });
    try (TestClient client = connect()) {
      TestClient.Reply reply = client.get("/");
      assertThat(reply.status()).isEqualTo(500);
      assertThat(reply.body()).isEqualTo("{\"errcode\":\"M_UNKNOWN\",\"error\":\"Server Error\"}");
    }
  }

  @Test
  void tooLargeBodyIsKnownBeforeItIsRead() throws Exception {
    dispatcher.bind(ECHO);
    try (TestClient client = connect()) {
      client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 101\r\n\r\n");
      assertThat(client.reply().status()).isEqualTo(413);
    }
    try (TestClient client = connect()) {
      client.send("PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
      client.send("65\r\n" + "x".repeat(0x65) + "\r\n");
      assertThat(client.reply().status()).isEqualTo(413);
    }
  }

  @Test
  void slowBodyIsGivenUp() throws Exception {
    server.stop();
    server = server(dispatcher, Duration.ofSeconds(30), Duration.ofMillis(300));
    server.accept();
    CompletableFuture<Throwable> told = new CompletableFuture<>();
    dispatcher.bind(
        exchange ->
            exchange
                .readBody(100)
                .whenComplete(
                    (body, failure) -> {
                      told.complete(failure);
                      exchange.respond(Answer.error(JsonErrors.error(408)));
                    }));
    try (TestClient client = connect()) {
      client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nx");
      assertThat(told.get(10, TimeUnit.SECONDS)).isInstanceOf(IOException.class);
      assertThat(client.reply().status()).isEqualTo(408);
      assertThat(client.ends()).isTrue();
    }
  }

  @Test
  void slowHeadIsCut() throws Exception {
    server.stop();
    server = server(dispatcher, Duration.ofSeconds(1), Duration.ofSeconds(30));
    server.accept();
    dispatcher.bind(ECHO);
    try (Socket silent = TestClient.plain(port);
        TestClient slow = connect()) {
      assertThat(slow.get("/").status()).isEqualTo(200);
      slow.send("GET / HT");
      assertThat(silent.getInputStream().read()).isNegative();
      assertThat(slow.ends()).isTrue();
    }
  }

  @Test
  void requestWaitsForAHandlerAndSurvivesItsReplacement() throws Exception {
    try (TestClient client = connect()) {
      client.request("PUT", "/a", "body");
      waitUntilParked(1);
      CompletableFuture<Exchange> first = new CompletableFuture<>();
      RequestHandler going = first::complete;
      dispatcher.bind(going);
      Exchange handed = first.get(5, TimeUnit.SECONDS);
      dispatcher.unbind(going);
      handed.handBack();
      waitUntilParked(1);
      dispatcher.bind(ECHO);
      assertThat(client.reply().body()).isEqualTo("PUT/a");
      assertThat(client.get("/b").body()).isEqualTo("GET/b");
    }
  }

  @Test
  void nextHandlerGetsTheBodyThatTheLastOneRead() throws Exception {
    CompletableFuture<Exchange> first = new CompletableFuture<>();
    RequestHandler going =
        exchange -> exchange.readBody(100).thenAccept(body -> first.complete(exchange));
    dispatcher.bind(going);
    try (TestClient client = connect()) {
      client.request("PUT", "/a", "body");
      Exchange handed = first.get(5, TimeUnit.SECONDS);
      dispatcher.unbind(going);
      handed.handBack();
      waitUntilParked(1);
      dispatcher.bind(
          exchange ->
              exchange
                  .readBody(100)
                  .thenAccept(
                      body -> {
                        try (body) {
                          exchange.respond(
                              new Answer(200, Map.of(), Body.json(body.readAllBytes())));
                        } catch (IOException impossible) {
                          throw new UncheckedIOException(impossible);
                        }
                      }));
      assertThat(client.reply().body()).isEqualTo("body");
      assertThat(client.get("/b").status()).isEqualTo(200);
    }
  }

  @Test
  void handedBackAfterTheNextHandlerCameGoesStraightToIt() throws Exception {
    CompletableFuture<Exchange> first = new CompletableFuture<>();
    RequestHandler going = first::complete;
    dispatcher.bind(going);
    try (TestClient client = connect()) {
      client.request("GET", "/a", "");
      Exchange handed = first.get(5, TimeUnit.SECONDS);
      dispatcher.bind(ECHO);
      dispatcher.unbind(going);
      handed.handBack();
      assertThat(client.reply().body()).isEqualTo("GET/a");
    }
  }

  @Test
  void parkedRequestWhoseClientGoesIsDropped() throws Exception {
    BlockingQueue<String> handled = new LinkedBlockingQueue<>();
    for (String method : new String[] {"GET", "PUT"}) {
      TestClient client = connect();
      client.request(method, "/", method.equals("PUT") ? "body" : "");
      waitUntilParked(1);
      client.close();
      waitUntilParked(0);
    }
    dispatcher.bind(exchange -> handled.add(exchange.target()));
    assertThat(handled).isEmpty();
  }

  @Test
  void handlerIsToldThatTheClientWentAfterTheBodyToo() throws Exception {
    CountDownLatch body = new CountDownLatch(1);
    CountDownLatch gone = new CountDownLatch(1);
    dispatcher.bind(
        exchange -> {
          exchange.onGone(gone::countDown);
          exchange.readBody(100).thenAccept(read -> body.countDown());
        });
    TestClient client = connect();
    client.request("PUT", "/", "body");
    assertThat(body.await(5, TimeUnit.SECONDS)).isTrue();
    assertThat(gone.getCount()).isEqualTo(1);
    client.close();
    assertThat(gone.await(5, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void placesPerAddressAreBounded() throws Exception {
    TestClient[] clients = new TestClient[4];
    for (int i = 0; i < 4; i++) {
      clients[i] = connect();
      clients[i].request("GET", "/" + i, "");
      waitUntilParked(Math.min(i + 1, 3));
    }
    assertThat(clients[3].reply().status()).isEqualTo(503);
    dispatcher.bind(ECHO);
    for (int i = 0; i < 3; i++) {
      assertThat(clients[i].reply().body()).isEqualTo("GET/" + i);
      clients[i].close();
    }
    clients[3].close();
  }

  @Test
  void parkedRequestIsRefusedAtTheEndOfItsBudget() throws Exception {
    try (TestClient client = connect()) {
      long began = System.nanoTime();
      TestClient.Reply reply = client.get("/");
      assertThat(reply.status()).isEqualTo(503);
      assertThat(reply.body()).contains("\"errcode\":\"M_UNKNOWN\"");
      assertThat(Duration.ofNanos(System.nanoTime() - began))
          .isBetween(Duration.ofMillis(6_500), Duration.ofSeconds(9));
    }
  }

  @Test
  void socketOutlivesItsServer() throws Exception {
    dispatcher.bind(ECHO);
    server.stop();
    assertThat(socket.isOpen()).isTrue();
    assertThatThrownBy(server::accept).isInstanceOf(IOException.class);
    try (Socket waiting = TestClient.plain(port)) {
      server = server(dispatcher);
      server.accept();
      TestClient client = TestClient.open(tls, waiting);
      client.handshake();
      assertThat(client.get("/").status()).isEqualTo(200);
    }
  }

  @Test
  void connectionThatWasNeverUsedDoesNotKeepAServerFromRetiring() throws Exception {
    dispatcher.bind(ECHO);
    try (TestClient unused = connect()) {
      long began = System.nanoTime();
      server.pause().toCompletableFuture().join();
      server.retire().toCompletableFuture().join();
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(15));
      assertThat(unused.ends()).isTrue();
    }
  }

  @Test
  void pausedServerTakesUpAgain() throws Exception {
    dispatcher.bind(ECHO);
    server.pause().toCompletableFuture().join();
    assertThat(server.isAccepting()).isFalse();
    socket.configureBlocking(true);
    server.accept();
    try (TestClient client = connect()) {
      assertThat(client.get("/").closes()).isFalse();
    }
  }

  private void waitUntilParked(int count) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (dispatcher.parked() != count) {
      assertThat(System.nanoTime()).as("parked " + dispatcher.parked()).isLessThan(deadline);
      Thread.sleep(5);
    }
  }
}
