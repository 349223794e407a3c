package org.theseus.transport.jettyclient;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.theseus.transport.jettyclient.ScriptedServer.CLOSE;
import static org.theseus.transport.jettyclient.ScriptedServer.ok;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.TransientException;
import org.theseus.transport.api.Body;
import org.theseus.transport.api.HttpTransport.Request;
import org.theseus.transport.api.HttpTransport.Response;
import org.theseus.transport.api.ResolvedServer;

@Timeout(60)
class HttpsClientTest {
  @TempDir static Path folder;
  private static SSLContext serving;
  private static Optional<Path> trust;

  private HttpsClient client;
  private ScriptedServer server;

  @BeforeAll
  static void makeCertificate() throws Exception {
    Path keyStore = Certificates.keyStore(folder);
    serving = Certificates.serving(keyStore);
    trust = Optional.of(Certificates.pem(keyStore));
  }

  @BeforeEach
  void startClient() throws Exception {
    client = new HttpsClient(trust, true);
    client.start();
  }

  @AfterEach
  void stop() throws Exception {
    client.stop();
    if (server != null) {
      server.close();
    }
  }

  private void serve(ScriptedServer.Script script) throws IOException {
    server = new ScriptedServer(serving, script);
  }

  private Request request(String method, String path, String host, String certificateName) {
    return new Request(
        new ResolvedServer(
            ServerName.of("example.org"),
            List.of(new InetSocketAddress(host, server.port())),
            "example.org",
            certificateName),
        method,
        path,
        Map.of("X-Mine", "a"),
        method.equals("GET") ? Optional.empty() : Optional.of(Body.json("{}".getBytes(UTF_8))),
        Duration.ofSeconds(10),
        1000);
  }

  private Request get(String path) {
    return request("GET", path, "127.0.0.1", "localhost");
  }

  private Response await(CompletionStage<Response> answer) throws Exception {
    return answer.toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private String body(Request request) throws Exception {
    try (Response response = await(client.send(request))) {
      return new String(response.body().readAllBytes(), UTF_8);
    }
  }

  private void assertRefused(Request request, String why) {
    assertThatThrownBy(() -> await(client.send(request)))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOf(TransientException.class)
        .hasMessageContaining(why);
  }

  @Test
  void requestGoesAsItWasGiven() throws Exception {
    serve((request, connection) -> ok(request));
    String path = "/_matrix/federation/v1/event/$a%2Fb~c?x=a%2Fb+%20&y";
    assertThat(body(request("PUT", path, "127.0.0.1", "localhost")))
        .startsWith("PUT " + path + " HTTP/1.1\r\n")
        .contains("\r\nHost: example.org\r\n", "\r\nX-Mine: a\r\n", "\r\nContent-Length: 2\r\n")
        .contains("\r\nContent-Type: application/json\r\n")
        .doesNotContain("Accept-Encoding", "Jetty", "chunked")
        .endsWith("\r\n\r\n{}");
    try (Response response = await(client.send(get("/")))) {
      assertThat(response.status()).isEqualTo(200);
      assertThat(response.headers()).containsEntry("x-some", "1");
    }
    assertThat(server.connections()).isLessThan(3);
  }

  @Test
  void certificateIsCheckedAgainstItsOwnName() throws Exception {
    serve((request, connection) -> ok("ok"));
    assertThat(body(request("GET", "/", "127.0.0.1", "localhost"))).isEqualTo("ok");
    assertThat(server.serverName()).contains("localhost");
    assertThat(body(request("GET", "/", "localhost", "127.0.0.1"))).isEqualTo("ok");
    assertThat(server.serverName()).isEqualTo("[]");
    assertRefused(request("GET", "/", "localhost", "other.org"), "other.org");
    assertRefused(request("GET", "/", "localhost", "127.0.0.2"), "127.0.0.2");
    assertRefused(request("GET", "/", "127.0.0.1", "::1"), "");
    assertThat(server.connections()).as("a pool for each name").isEqualTo(2);
  }

  @Test
  void namesThatAHostHasNoCertificateForHoldNobodyUp() throws Exception {
    serve((request, connection) -> ok("ok"));
    for (int i = 0; i < 20; i++) {
      String madeUp = "a" + i + ".example.org";
      assertRefused(request("GET", "/", "127.0.0.1", madeUp), madeUp + " found");
    }
    assertThat(body(get("/"))).isEqualTo("ok");
  }

  @Test
  void unknownAuthorityIsRefused() throws Exception {
    client.stop();
    client = new HttpsClient(Optional.empty(), true);
    client.start();
    serve((request, connection) -> ok("ok"));
    assertRefused(get("/"), "");
    assertThat(server.connections()).isZero();
  }

  @Test
  void privateAddressesAreRefusedUnlessAllowed() throws Exception {
    client.stop();
    client = new HttpsClient(trust, false);
    client.start();
    serve((request, connection) -> ok("ok"));
    assertRefused(request("GET", "/", "127.0.0.1", "localhost"), "private");
    assertRefused(request("GET", "/", "localhost", "localhost"), "private");
    assertThat(server.connections()).isZero();
  }

  @Test
  void tooLargeAnswersAreCutOff() throws Exception {
    serve(
        (request, connection) ->
            request.startsWith("GET /told")
                ? ok("x".repeat(1001))
                : "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + ("1f4\r\n" + "x".repeat(500) + "\r\n").repeat(3)
                    + "0\r\n\r\n");
    assertRefused(get("/told"), "larger");
    assertThatThrownBy(() -> body(get("/untold"))).hasMessageContaining("larger");
  }

  @Test
  void slowAnswersEndWithTheTime() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    serve(
        (request, connection) -> {
          if (request.startsWith("GET /body")) {
            return "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nx";
          }
          over.await();
          return "";
        });
    Duration limit = Duration.ofMillis(500);
    for (String path : new String[] {"/head", "/body"}) {
      Request quick =
          new Request(get(path).target(), "GET", path, Map.of(), Optional.empty(), limit, 1000);
      assertThatThrownBy(() -> body(quick))
          .isInstanceOfAny(ExecutionException.class, IOException.class)
          .hasMessageContaining("imeout");
    }
    over.countDown();
  }

  private static String headOf(String status, String headers, int length) {
    return "HTTP/1.1 %s\r\n%s\r\nContent-Length: %d\r\n\r\n".formatted(status, headers, length);
  }

  @Test
  void redirectsAndChallengesAreAnswersLikeOthers() throws Exception {
    serve(
        (request, connection) ->
            request.startsWith("GET /moved")
                ? headOf("302 Found", "Location: /\r\nSet-Cookie: a=b", 0)
                : headOf("401 No", "WWW-Authenticate: Basic", 2)
                    + (request.contains("Cookie") ? "no" : "ok"));
    try (Response moved = await(client.send(get("/moved")))) {
      assertThat(moved.status()).isEqualTo(302);
    }
    try (Response challenge = await(client.send(get("/")))) {
      assertThat(challenge.status()).isEqualTo(401);
      assertThat(challenge.body().readAllBytes()).isEqualTo("ok".getBytes(UTF_8));
    }
  }

  @Test
  void requestThatMeetsAClosedConnectionOfThePoolIsRepeatedOnAFreshOne() throws Exception {
    // Closing without an answer looks like a connection that had been closed before.
    serve(
        (request, connection) ->
            request.contains("/fresh") && connection % 2 == 1 ? "" : ok("" + connection));
    assertThat(body(get("/"))).isEqualTo("1");
    assertThat(body(get("/fresh"))).isEqualTo("2");
    assertThat(body(request("PUT", "/fresh", "127.0.0.1", "localhost"))).isEqualTo("2");
  }

  @Test
  void requestIsNotRepeatedOnceAConnectionWasFreshOrWhenItMayHaveDoneSomething() throws Exception {
    serve((request, connection) -> request.contains("/end") ? "" : ok("" + connection));
    assertRefused(get("/end"), "");
    assertThat(server.connections()).isEqualTo(1);
    assertThat(body(get("/"))).isEqualTo("2");
    assertRefused(request("POST", "/end", "127.0.0.1", "localhost"), "");
    assertThat(server.connections()).isEqualTo(2);
    assertThat(body(get("/"))).isEqualTo("3");
    assertRefused(get("/end"), "");
    assertThat(server.connections()).isEqualTo(4);
  }

  @Test
  void stoppingGivesRequestsTwoSeconds() throws Exception {
    CountDownLatch asked = new CountDownLatch(2);
    serve(
        (request, connection) -> {
          asked.countDown();
          Thread.sleep(request.startsWith("GET /quick") ? 700 : 8_000);
          return ok("ok");
        });
    CompletableFuture<Response> quick = client.send(get("/quick")).toCompletableFuture();
    CompletableFuture<Response> slow = client.send(get("/slow")).toCompletableFuture();
    assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
    CompletableFuture<String> read =
        quick.thenApply(
            response -> {
              try (response) {
                return new String(response.body().readAllBytes(), UTF_8);
              } catch (IOException failure) {
                return failure.toString();
              }
            });
    long began = System.nanoTime();
    client.stop();
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(4));
    assertThat(read.get(1, TimeUnit.SECONDS)).isEqualTo("ok");
    assertThatThrownBy(() -> await(slow)).cause().isInstanceOf(TransientException.class);
    assertRefused(get("/"), "stopping");
  }

  @Test
  void connectionServesAgainAfterAnAnswerThatWasReadToItsEnd() throws Exception {
    serve((request, connection) -> ok("" + connection) + (request.contains("/last") ? CLOSE : ""));
    for (int i = 0; i < 20; i++) {
      body(get("/"));
    }
    // The next request may come before the pool has its connection back.
    assertThat(server.connections()).isLessThan(5);
    Set<String> closed = new HashSet<>();
    for (int i = 0; i < 10; i++) {
      assertThat(closed.add(body(get("/last")))).isTrue();
    }
  }

  @Test
  void addressesAreTriedInTurn() throws Exception {
    serve((request, connection) -> ok("ok"));
    InetSocketAddress nobody = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    InetSocketAddress here = get("/").target().addresses().get(0);
    assertThat(body(at(List.of(nobody, nobody, here)))).isEqualTo("ok");
    assertRefused(at(List.of(nobody)), "refused");
  }

  @Test
  void addressWhereTheHandshakeFailsIsGivenUpForTheNext() throws Exception {
    serve((request, connection) -> ok("ok"));
    InetSocketAddress here = get("/").target().addresses().get(0);
    SSLContext another = Certificates.serving(Certificates.otherKeyStore(folder));
    try (PlainServer closes = new PlainServer(Socket::close);
        ScriptedServer other = new ScriptedServer(another, (request, number) -> ok("other"))) {
      InetSocketAddress impostor = new InetSocketAddress(here.getAddress(), other.port());
      assertThat(body(at(List.of(closes.address(), here)))).isEqualTo("ok");
      assertThat(body(at(List.of(impostor, here)))).isEqualTo("ok");
      assertRefused(at(List.of(closes.address(), impostor)), "PKIX");
      assertThat(other.connections()).isZero();
    }
  }

  @Test
  void nameIsCheckedAtEachAddress() throws Exception {
    serve((request, connection) -> ok("ok"));
    InetSocketAddress here = get("/").target().addresses().get(0);
    try (ScriptedServer twin = new ScriptedServer(serving, (request, number) -> ok("twin"))) {
      InetSocketAddress there = new InetSocketAddress(here.getAddress(), twin.port());
      Request like = at(List.of(here, there));
      ResolvedServer wrong =
          new ResolvedServer(
              like.target().server(), like.target().addresses(), "example.org", "other.org");
      assertRefused(
          new Request(wrong, "GET", "/", Map.of(), Optional.empty(), Duration.ofSeconds(10), 1000),
          "other.org");
      assertThat(server.connections() + twin.connections()).isZero();
    }
  }

  @Test
  void addressThatIsSilentInTheHandshakeIsGivenUpForTheNext() throws Exception {
    serve((request, connection) -> ok("ok"));
    InetSocketAddress here = get("/").target().addresses().get(0);
    try (PlainServer silent = new PlainServer(client -> client.getInputStream().readAllBytes())) {
      assertThat(body(at(List.of(silent.address(), here)))).isEqualTo("ok");
      Request like = at(List.of(silent.address()));
      assertThatThrownBy(
              () ->
                  body(
                      new Request(
                          like.target(),
                          "GET",
                          "/",
                          Map.of(),
                          Optional.empty(),
                          Duration.ofSeconds(1),
                          1000)))
          .hasMessageContaining("imeout");
    }
  }

  @Test
  void manyNamesThatLeadToOneHostCostItFewConnections() throws Exception {
    server = new ScriptedServer(serving, (request, connection) -> ok("ok"));
    try (PlainServer victim = new PlainServer(Socket::close)) {
      List<CompletableFuture<Response>> asked = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        ResolvedServer made =
            new ResolvedServer(
                ServerName.of("a" + i + ".example.org"),
                List.of(victim.address()),
                "a" + i + ".example.org",
                "a" + i + ".example.org");
        Request request =
            new Request(made, "GET", "/", Map.of(), Optional.empty(), Duration.ofSeconds(4), 1000);
        asked.add(client.send(request).toCompletableFuture());
      }
      for (CompletableFuture<Response> one : asked) {
        assertThatThrownBy(() -> one.get(60, TimeUnit.SECONDS))
            .cause()
            .isInstanceOf(TransientException.class);
      }
      assertThat(victim.connections()).isBetween(1, 20);
      assertThat(body(get("/"))).as("others are not held up").isEqualTo("ok");
    }
  }

  @Test
  void manyNamesAtOneHostThatServesThemAreServed() throws Exception {
    serve((request, connection) -> ok("ok"));
    List<CompletableFuture<Response>> asked = new ArrayList<>();
    InetSocketAddress here = get("/").target().addresses().get(0);
    for (int port = 1; port <= 60; port++) {
      // A pool for each set of addresses.
      InetSocketAddress other = new InetSocketAddress(here.getAddress(), port);
      asked.add(client.send(at(List.of(here, other))).toCompletableFuture());
    }
    for (CompletableFuture<Response> one : asked) {
      try (Response response = one.get(60, TimeUnit.SECONDS)) {
        assertThat(response.status()).isEqualTo(200);
      }
    }
  }

  @Test
  void anAddressThatIsSilentHoldsUpTheFirstConnectionOnly() throws Exception {
    serve((request, connection) -> ok("" + connection) + CLOSE);
    InetSocketAddress here = get("/").target().addresses().get(0);
    try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Socket first = new Socket(full.getInetAddress(), full.getLocalPort());
        Socket second = new Socket(full.getInetAddress(), full.getLocalPort())) {
      assertThat(first.isConnected() && second.isConnected()).isTrue();
      // Its backlog is full: nothing more is answered there.
      Request request = at(List.of((InetSocketAddress) full.getLocalSocketAddress(), here));
      assertThat(body(request)).isEqualTo("1");
      long began = System.nanoTime();
      assertThat(body(request)).isEqualTo("2");
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(4));
    }
  }

  private Request at(List<InetSocketAddress> addresses) {
    Request like = get("/");
    return new Request(
        new ResolvedServer(ServerName.of("example.org"), addresses, "example.org", "localhost"),
        like.method(),
        like.path(),
        like.headers(),
        like.body(),
        like.timeout(),
        like.maxAnswerBytes());
  }

  @Test
  void compressedAnswersAreTakenAsTheyCome() throws Exception {
    serve(
        (request, connection) ->
            "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nzip!");
    assertThat(body(get("/"))).isEqualTo("zip!");
  }

  @Test
  void headsWithoutEndAreCutOff() throws Exception {
    serve((request, connection) -> "HTTP/1.1 200 OK\r\n" + "X-More: yes\r\n".repeat(100_000));
    assertRefused(get("/"), "");
  }

  @Test
  void answersThatTrickleHoldNoThread() throws Exception {
    serve((request, connection) -> "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nx");
    Request slow = get("/");
    Request quick =
        new Request(
            slow.target(), "GET", "/", Map.of(), Optional.empty(), Duration.ofSeconds(1), 1000);
    CompletableFuture<Response> answer = client.send(quick).toCompletableFuture();
    // The head and one byte are there: nobody is told before the rest is.
    assertThatThrownBy(() -> answer.get(20, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasMessageContaining("imeout");
  }

  @Test
  void longAnswersAreReadWhileTheyCome() throws Exception {
    String half = "y".repeat(1 << 20);
    serve((request, connection) -> "HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\n" + half);
    Request large = get("/");
    Request unbounded =
        new Request(
            large.target(),
            "GET",
            "/",
            Map.of(),
            Optional.empty(),
            Duration.ofSeconds(10),
            Long.MAX_VALUE);
    try (Response response = await(client.send(unbounded))) {
      assertThat(response.body().readNBytes(1 << 20)).asString(UTF_8).isEqualTo(half);
    }
  }

  @Test
  void ofManyIdleConnectionsTheIdlestIsClosed() throws Exception {
    client.stop();
    client = new HttpsClient(trust, true, 2);
    client.start();
    serve((request, connection) -> ok("" + connection));
    // A pool for each set of addresses.
    InetSocketAddress here = get("/").target().addresses().get(0);
    List<List<InetSocketAddress>> pools = new ArrayList<>();
    for (int port = 1; port < 5; port++) {
      pools.add(List.of(here, new InetSocketAddress(InetAddress.getLoopbackAddress(), port)));
    }
    for (int i = 0; i < 4; i++) {
      assertThat(body(at(pools.get(i)))).isEqualTo("" + (i + 1));
    }
    assertThat(body(at(pools.get(3)))).as("was used last").isEqualTo("4");
    assertThat(body(at(pools.get(0)))).as("was closed").isEqualTo("5");
  }

  @Test
  void trustedCertificatesAreReadAgainWhenTheyChange() throws Exception {
    Path file = folder.resolve("changing.pem");
    Files.writeString(file, "");
    client.stop();
    client = new HttpsClient(Optional.of(file), true);
    client.start();
    serve((request, connection) -> ok("ok"));
    assertRefused(get("/"), "");

    Files.writeString(file, "-----BEGIN CERTIFICATE-----\nhalf");
    Files.copy(trust.orElseThrow(), file, StandardCopyOption.REPLACE_EXISTING);

    String answer = "";
    for (long end = System.nanoTime() + 20_000_000_000L;
        answer.isEmpty() && System.nanoTime() < end; ) {
      try {
        answer = body(get("/"));
      } catch (ExecutionException notYet) {
        Thread.sleep(50);
      }
    }
    assertThat(answer).isEqualTo("ok");
  }
}
