package org.theseus.transport.jettyserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.theseus.support.Clients;
import org.theseus.transport.api.Answer;
import org.theseus.transport.api.Body;
import org.theseus.transport.api.Exchange;

/** What a client may take, and for how long. */
class LimitsTest extends ServerTest {
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
    restart(limits(Duration.ofSeconds(30), Duration.ofMillis(300), Duration.ofSeconds(30)));
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
    restart(limits(Duration.ofSeconds(1), Duration.ofSeconds(30), Duration.ofSeconds(30)));
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
  void clientThatDoesNotReadItsAnswerIsCut() throws Exception {
    restart(limits(Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ofSeconds(2)));
    CompletableFuture<Throwable> end = new CompletableFuture<>();
    dispatcher.bind(
        exchange ->
            exchange
                .respond(new Answer(200, Map.of(), Body.json(new byte[32_000_000])))
                .whenComplete((written, failure) -> end.complete(failure)));
    try (TestClient client = connect()) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(end.get(20, TimeUnit.SECONDS)).isNotNull();
      waitUntilConnected(0);
    }
  }

  @Test
  void clientThatReadsSlowlyButSteadilyIsServed() throws Exception {
    restart(limits(Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ofSeconds(2)));
    int length = 16_000_000;
    dispatcher.bind(
        exchange -> exchange.respond(new Answer(200, Map.of(), Body.json(new byte[length]))));
    try (TestClient client = connect()) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      long began = System.nanoTime();
      assertThat(client.read(length, 4_000_000)).isEqualTo(length);
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofSeconds(3));
    }
  }

  @Test
  void whoComesToAFullHouseTakesThePlaceOfTheIdlest() throws Exception {
    restart(LIMITS.withConnections(3, 1_000));
    crowd();
  }

  @Test
  void addressPastItsShareLosesItsOwnIdlest() throws Exception {
    restart(LIMITS.withConnections(1_000, 3));
    crowd();
    try (TestClient stranger = TestClient.connectFrom("127.0.0.2", tls, port)) {
      assertThat(stranger.get("/").status()).isEqualTo(200);
      waitUntilConnected(1);
    }
  }

  @Test
  void howeverManyOthersHaveWhoComesHasAnEqualShare() throws Exception {
    restart(LIMITS.withConnections(6, 6));
    dispatcher.bind(ECHO);
    List<TestClient> one = crowdFrom("127.0.0.1", 6);
    List<TestClient> two = crowdFrom("127.0.0.2", 6);
    assertThat(served(one)).containsExactly(false, false, false, true, true, true);
    assertThat(served(two)).containsExactly(false, false, false, true, true, true);

    List<TestClient> three = crowdFrom("127.0.0.3", 2);
    List<TestClient> four = crowdFrom("127.0.0.4", 1);

    assertThat(served(three)).containsOnly(true);
    assertThat(served(four)).containsOnly(true);
    List<Boolean> all = new ArrayList<>(served(one));
    all.addAll(served(two));
    assertThat(all).filteredOn(served -> served).hasSize(3);
    for (List<TestClient> clients : List.of(one, two, three, four)) {
      for (TestClient client : clients) {
        client.close();
      }
    }
  }

  private List<TestClient> crowdFrom(String host, int count) throws Exception {
    List<TestClient> clients = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      TestClient client = TestClient.connectFrom(host, tls, port);
      assertThat(client.get("/").status()).isEqualTo(200);
      waitUntil(() -> server.connections().idle() == server.connections().count());
      clients.add(client);
    }
    return clients;
  }

  private static List<Boolean> served(List<TestClient> clients) {
    return clients.stream()
        .map(
            client -> {
              try {
                return client.get("/").status() == 200;
              } catch (IOException closed) {
                return false;
              }
            })
        .toList();
  }

  @Test
  void whoHasRequestsOnlyHoldsNobodyOut() throws Exception {
    restart(LIMITS.withConnections(2, 2));
    BlockingQueue<Exchange> waiting = new LinkedBlockingQueue<>();
    dispatcher.bind(waiting::add);
    try (TestClient first = connect();
        TestClient second = connect()) {
      first.request("GET", "/first", "");
      assertThat(waiting.poll(10, TimeUnit.SECONDS).target()).isEqualTo("/first");
      second.request("GET", "/second", "");
      Exchange kept = waiting.poll(10, TimeUnit.SECONDS);
      try (TestClient stranger = TestClient.connectFrom("127.0.0.2", tls, port)) {
        stranger.request("GET", "/stranger", "");
        ECHO.handle(waiting.poll(10, TimeUnit.SECONDS));
        assertThat(stranger.reply().body()).isEqualTo("GET/stranger");
        assertThat(first.ends()).isTrue();
        ECHO.handle(kept);
        assertThat(second.reply().body()).isEqualTo("GET/second");
      }
    }
  }

  /** Three have room: the first is busy, the second idle, the third idle for less. */
  private void crowd() throws Exception {
    BlockingQueue<Exchange> waiting = new LinkedBlockingQueue<>();
    dispatcher.bind(
        exchange -> {
          if (exchange.target().equals("/wait")) {
            waiting.add(exchange);
          } else {
            ECHO.handle(exchange);
          }
        });
    try (TestClient busy = connect();
        TestClient idlest = connect();
        TestClient idle = connect()) {
      busy.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
      Exchange exchange = waiting.poll(10, TimeUnit.SECONDS);
      // a client has its answer before the server is done with the request
      assertThat(idlest.get("/").status()).isEqualTo(200);
      waitUntil(() -> server.connections().idle() == 2);
      assertThat(idle.get("/").status()).isEqualTo(200);
      waitUntil(() -> server.connections().idle() == 2);
      try (TestClient fresh = connect()) {
        assertThat(fresh.get("/").status()).isEqualTo(200);
        assertThat(idlest.ends()).isTrue();
        assertThat(idle.get("/").status()).isEqualTo(200);
        ECHO.handle(exchange);
        assertThat(busy.reply().body()).isEqualTo("GET/wait");
      }
    }
    waitUntilConnected(0);
  }

  @Test
  void goodPeersAreServedWhileOthersOnlyShakeHands() throws Exception {
    dispatcher.bind(ECHO);
    AtomicBoolean over = new AtomicBoolean();
    AtomicInteger floods = new AtomicInteger();
    ExecutorService flood = Executors.newFixedThreadPool(8);
    for (int i = 0; i < 8; i++) {
      flood.execute(
          () -> {
            while (!over.get()) {
              try {
                connect().close();
                floods.incrementAndGet();
              } catch (IOException refused) {
                throw new UncheckedIOException(refused);
              }
            }
          });
    }
    try (TestClient good = connect()) {
      Duration longest = Duration.ZERO;
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(3);
      while (System.nanoTime() < end) {
        long began = System.nanoTime();
        assertThat(good.get("/").status()).isEqualTo(200);
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        longest = took.compareTo(longest) > 0 ? took : longest;
      }
      assertThat(longest).isLessThan(Duration.ofSeconds(5));
    } finally {
      over.set(true);
      flood.shutdown();
    }
    assertThat(flood.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
    assertThat(floods).hasValueGreaterThan(20);
  }

  @Test
  void allConnectionsOfAnAddressMayShakeHandsAtOnce() {
    assertThat(Limits.USUAL.handshakesPerAddress()).isEqualTo(Limits.USUAL.connectionsPerAddress());
    assertThat(Limits.USUAL.withConnections(30, 20).handshakesPerAddress()).isEqualTo(20);
  }

  @Test
  void hostsOfOneNetworkShareIt() throws Exception {
    assertThat(network("2001:db8:1:2:3:4:5:6")).isEqualTo(network("2001:db8:1:2:ffff::1"));
    assertThat(network("2001:db8:1:2::1")).isNotEqualTo(network("2001:db8:1:3::1"));
    assertThat(network("192.0.2.1")).isNotEqualTo(network("192.0.2.2"));
  }

  private static InetAddress network(String address) throws Exception {
    return Clients.share(InetAddress.getByName(address));
  }

  private void waitUntilConnected(int count) throws InterruptedException {
    waitUntil(() -> server.connections().count() == count);
  }

  private static void waitUntil(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("it does not come about").isLessThan(deadline);
      Thread.sleep(5);
    }
  }
}
