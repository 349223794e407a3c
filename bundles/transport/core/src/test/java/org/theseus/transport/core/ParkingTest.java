package org.theseus.transport.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.theseus.protocol.api.BeingReplacedException;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.KeyId;
import org.theseus.protocol.api.TransientException;
import org.theseus.protocol.api.VerifyKey;
import org.theseus.transport.api.Answer;
import org.theseus.transport.api.Endpoint;
import org.theseus.transport.api.KeyRing;
import org.theseus.transport.api.Route;

/** What a peer notices while parts behind the router, or the router, are replaced. */
@Timeout(60)
class ParkingTest {
  private static final String SEND = "/_matrix/federation/v1/send/{txnId}";
  private static final String PUT = "/_matrix/federation/v1/send/1";
  private static final String EVENT = "/_matrix/federation/v1/event/{eventId}";
  private static final String GET = "/_matrix/federation/v1/event/$e";

  private static final Executor LATER =
      CompletableFuture.delayedExecutor(100, TimeUnit.MICROSECONDS);

  private final Harness router = new Harness();

  ParkingTest() {
    router.declare("PUT", SEND);
    router.declare("GET", EVENT);
  }

  @Test
  void aRequestWaitsUntilItsEndpointIsBack() {
    FakeExchange exchange = router.handle(router.signed("PUT", PUT, "{}"));
    assertThat(exchange.isOpen()).isTrue();
    assertThat(exchange.bodyAsked).isFalse();

    router.pass(3_000);
    router.add(Harness.echo(Route.put(SEND)));

    assertThat(exchange.status()).isEqualTo(200);
    router.pass(30_000);
    assertThat(router.dispatcher.gate().inside()).isZero();
  }

  @Test
  void atTheEndOfItsBudgetItIsPutOff() {
    router.nanos = TimeUnit.SECONDS.toNanos(100);
    FakeExchange get = router.handle(router.signed("GET", GET).arrived(router.nanos));
    FakeExchange queued =
        router.handle(
            router.signed("GET", GET).arrived(router.nanos - TimeUnit.SECONDS.toNanos(2)));
    FakeExchange put = router.handle(router.signed("PUT", PUT, "{}").arrived(router.nanos));

    router.pass(4_999);
    assertThat(queued.isOpen()).isTrue();
    router.pass(1);
    assertThat(queued.status()).isEqualTo(503);
    assertThat(get.isOpen()).isTrue();
    router.pass(2_000);
    assertThat(get.status()).isEqualTo(503);
    assertThat(get.errcode()).isEqualTo("M_UNKNOWN");
    router.pass(17_999);
    assertThat(put.isOpen()).isTrue();
    router.pass(1);
    assertThat(put.status()).isEqualTo(503);
    assertThat(put.bodyAsked).isFalse();
  }

  @Test
  void whoseClientHasGoneIsDropped() {
    AtomicInteger calls = new AtomicInteger();
    FakeExchange exchange = router.handle(router.signed("GET", GET));

    exchange.go();
    router.add(counting(calls));
    router.pass(30_000);

    assertThat(exchange.isOpen()).isTrue();
    assertThat(calls).hasValue(0);
    assertThat(router.dispatcher.parked().isEmpty()).isTrue();
  }

  @Test
  void aStoppingRouterHandsBackWhatIsParkedAndWhatComesLate() {
    FakeExchange parked = router.handle(router.signed("PUT", PUT, "{}"));

    router.dispatcher.stop();
    FakeExchange late = router.handle(router.signed("PUT", PUT, "{}"));

    assertThat(parked.handedBack).isCompleted();
    assertThat(late.handedBack).isCompleted();
    router.pass(30_000);
    assertThat(parked.answer).isNotDone();
  }

  @Test
  void aStoppingRouterHandsBackWhatItHasReadButNotDelivered() {
    Endpoint going = router.add(Harness.echo(Route.put(SEND)));
    FakeExchange read = router.signed("PUT", PUT, "{\"n\":1}");
    FakeExchange arriving = router.signed("PUT", PUT, "{\"n\":2}");
    for (FakeExchange exchange : List.of(read, arriving)) {
      exchange.bodyArrived = new CompletableFuture<>();
      router.handle(exchange);
    }
    router.dispatcher.remove(going);
    read.bodyArrived.complete(null);

    router.dispatcher.stop();

    assertThat(read.handedBack).isCompleted();
    assertThat(arriving.handedBack).isCompleted();
    assertThat(router.dispatcher.gate().inside()).isZero();
    Harness next = new Harness();
    next.add(Harness.echo(Route.put(SEND)));
    next.handle(read.again());
    next.handle(arriving.again());
    arriving.bodyArrived.complete(null);
    assertThat(read.json().toString()).contains("\"body\":{\"n\":1}");
    assertThat(arriving.json().toString()).contains("\"body\":{\"n\":2}");
    assertThat(router.dispatcher.gate().inside()).isZero();
    assertThat(next.dispatcher.gate().inside()).isZero();
  }

  @Test
  void whoWaitsForKeysDoesNotKeepOthersFromWork() {
    router.add(Harness.echo(Route.get(EVENT)));
    KeyRing there = router.dispatcher.services().keyRing().orElseThrow();
    CompletableFuture<Map<KeyId, VerifyKey>> keys = new CompletableFuture<>();
    router.dispatcher.services(services -> services.with((KeyRing) (server, ids, at) -> keys));
    List<FakeExchange> slow = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      slow.add(router.handle(router.signed("GET", GET).from("192.0.2." + (i % 2))));
    }
    router.dispatcher.services(services -> services.with(there));

    FakeExchange other = router.handle(router.signed("GET", GET).from("192.0.2.9"));
    assertThat(other.status()).isEqualTo(200);
    assertThat(slow).allMatch(FakeExchange::isOpen);

    keys.complete(Map.of(router.peer.keyId(), router.peer.key()));
    assertThat(slow).allMatch(exchange -> exchange.status() == 200);
    assertThat(router.dispatcher.gate().inside()).isZero();
  }

  @Test
  void aStoppingRouterDoesNotWaitForSlowKeys() {
    router.add(Harness.echo(Route.get(EVENT)));
    CompletableFuture<Map<KeyId, VerifyKey>> keys = new CompletableFuture<>();
    router.dispatcher.services(services -> services.with((KeyRing) (server, ids, at) -> keys));
    FakeExchange exchange = router.handle(router.signed("GET", GET));

    router.dispatcher.stop();
    keys.complete(Map.of(router.peer.keyId(), router.peer.key()));

    assertThat(exchange.handedBack).isCompleted();
    assertThat(exchange.answer).isNotDone();
    assertThat(router.dispatcher.gate().inside()).isZero();
  }

  @Test
  void aStoppingRouterFinishesWhatIsAtWork() throws Exception {
    CompletableFuture<Answer> result = new CompletableFuture<>();
    router.add(Harness.endpoint(Route.get(EVENT), request -> result));
    FakeExchange exchange = router.handle(router.signed("GET", GET));
    exchange.written = new CompletableFuture<>();

    Thread stopping = new Thread(router.dispatcher::stop);
    stopping.start();
    awaitWaiting(stopping);
    result.complete(Answer.ok(JsonObject.EMPTY));
    assertThat(exchange.status()).isEqualTo(200);
    awaitWaiting(stopping);
    exchange.written.complete(null);
    stopping.join();
    assertThat(router.dispatcher.gate().inside()).isZero();
  }

  @Test
  void anEndpointGoesAfterTheCallsInsideIt() throws Exception {
    CompletableFuture<Answer> result = new CompletableFuture<>();
    Endpoint going = router.add(Harness.endpoint(Route.get(EVENT), request -> result));
    FakeExchange inside = router.handle(router.signed("GET", GET));

    Thread unbinding = new Thread(() -> router.dispatcher.remove(going));
    unbinding.start();
    awaitWaiting(unbinding);
    FakeExchange behind = router.handle(router.signed("GET", GET));
    result.complete(Answer.ok(JsonObject.EMPTY));
    unbinding.join();

    assertThat(inside.status()).isEqualTo(200);
    assertThat(behind.isOpen()).isTrue();
    router.add(Harness.echo(Route.get(EVENT)));
    assertThat(behind.status()).isEqualTo(200);
  }

  @Test
  void anEndpointThatGoesWhileTheBodyArrivesIsWaitedFor() {
    Endpoint going = router.add(Harness.echo(Route.put(SEND)));
    FakeExchange exchange = router.signed("PUT", PUT, "{}");
    exchange.bodyArrived = new CompletableFuture<>();
    router.handle(exchange);

    router.dispatcher.remove(going);
    exchange.bodyArrived.complete(null);
    assertThat(exchange.isOpen()).isTrue();
    router.add(Harness.echo(Route.put(SEND)));

    assertThat(exchange.status()).isEqualTo(200);
  }

  @Test
  void aRequestThatWasReadEndsWithItsBudgetToo() {
    Endpoint going = router.add(Harness.echo(Route.put(SEND)));
    FakeExchange put = router.signed("PUT", PUT, "{}");
    FakeExchange dropped = router.signed("PUT", PUT, "{}");
    for (FakeExchange exchange : List.of(put, dropped)) {
      exchange.bodyArrived = new CompletableFuture<>();
      router.handle(exchange);
    }
    router.dispatcher.remove(going);
    put.bodyArrived.complete(null);
    dropped.bodyArrived.complete(null);

    dropped.go();
    router.pass(25_000);

    assertThat(put.status()).isEqualTo(503);
    assertThat(dropped.isOpen()).isTrue();
    assertThat(router.dispatcher.gate().inside()).isZero();
  }

  @Test
  void whatAGoingEndpointCannotDoItsSuccessorIsAsked() {
    CompletableFuture<Answer> result = new CompletableFuture<>();
    Endpoint going = router.add(Harness.endpoint(Route.get(EVENT), request -> result));
    FakeExchange exchange = router.handle(router.signed("GET", GET));

    router.dispatcher.routes().remove(going);
    result.completeExceptionally(new TransientException("closing"));
    assertThat(exchange.isOpen()).isTrue();
    router.add(Harness.echo(Route.get(EVENT)));

    assertThat(exchange.status()).isEqualTo(200);
  }

  @Test
  void anEndpointBehindWhichSomethingIsAwayIsAskedAgain() {
    AtomicInteger calls = new AtomicInteger();
    router.add(
        Harness.endpoint(
            Route.put(SEND),
            request ->
                calls.incrementAndGet() < 4
                    ? CompletableFuture.failedFuture(new BeingReplacedException("rules"))
                    : CompletableFuture.completedFuture(Answer.ok(JsonObject.EMPTY))));
    FakeExchange exchange = router.handle(router.signed("PUT", PUT, "{}"));
    assertThat(calls).hasValue(1);

    router.pass(20);
    router.dispatcher.wake();
    assertThat(calls).as("not at once").hasValue(1);
    for (int i = 0; i < 3; i++) {
      router.pass(50);
    }

    assertThat(calls).hasValue(4);
    assertThat(exchange.status()).isEqualTo(200);
    router.pass(30_000);
    assertThat(router.dispatcher.gate().inside()).isZero();
  }

  @Test
  void whatStaysAwayBehindAnEndpointEndsWithTheBudget() {
    router.add(
        Harness.endpoint(
            Route.get(EVENT),
            request -> CompletableFuture.failedFuture(new BeingReplacedException("rules"))));
    FakeExchange exchange = router.handle(router.signed("GET", GET));

    for (int i = 0; i < 139; i++) {
      router.pass(50);
    }
    assertThat(exchange.isOpen()).isTrue();
    router.pass(51);

    assertThat(exchange.status()).isEqualTo(503);
    router.pass(1_000);
    assertThat(router.dispatcher.gate().inside()).isZero();
  }

  @Test
  void aSuccessorWithAnotherRouteIsNotAskedUnsigned() {
    String path = "/_matrix/federation/v1/version";
    router.declare("GET", path);
    CompletableFuture<Answer> result = new CompletableFuture<>();
    Endpoint going =
        router.add(Harness.endpoint(new Route("GET", path, false, 0), request -> result));
    FakeExchange exchange = router.handle(FakeExchange.get(path));

    router.dispatcher.routes().remove(going);
    router.add(Harness.echo(Route.get(path)));
    result.completeExceptionally(new TransientException("closing"));

    assertThat(exchange.status()).isEqualTo(503);
  }

  @Test
  void theKeyRingIsWaitedFor() {
    router.add(Harness.echo(Route.get(EVENT)));
    KeyRing there = router.dispatcher.services().keyRing().orElseThrow();
    router.dispatcher.services(services -> services.without(there));

    FakeExchange exchange = router.handle(router.signed("GET", GET));
    assertThat(exchange.isOpen()).isTrue();
    router.dispatcher.services(services -> services.with(there));

    assertThat(exchange.status()).isEqualTo(200);
  }

  @Test
  void aKeyRingThatGoesWhileItLooksIsWaitedForUnread() {
    router.add(Harness.echo(Route.put(SEND)));
    KeyRing there = router.dispatcher.services().keyRing().orElseThrow();
    KeyRing going =
        (server, wanted, validAt) ->
            CompletableFuture.failedFuture(new TransientException("closing"));
    router.dispatcher.services(services -> services.with(going));

    FakeExchange exchange = router.handle(router.signed("PUT", PUT, "{}"));
    assertThat(exchange.isOpen()).isTrue();
    assertThat(exchange.bodyAsked).isFalse();
    router.dispatcher.services(services -> services.with(there));

    assertThat(exchange.status()).isEqualTo(200);
  }

  @Test
  void unsignedRequestsWithoutBodyNeedOnlyTheirEndpoint() {
    String path = "/_matrix/federation/v1/version";
    router.add(Harness.echo(new Route("GET", path, false, 0)));
    router.dispatcher.services(services -> Services.NONE);

    assertThat(router.handle(FakeExchange.get(path)).status()).isEqualTo(200);
    assertThat(router.heardFrom).isEmpty();
  }

  @Test
  void eachClientMayParkSoMany() {
    for (int i = 0; i < 512; i++) {
      assertThat(router.handle(FakeExchange.get(GET).from("192.0.2.1")).isOpen()).isTrue();
    }
    FakeExchange tooMany = router.handle(FakeExchange.get(GET).from("192.0.2.1"));
    FakeExchange other = router.handle(FakeExchange.get(GET).from("192.0.2.2"));

    assertThat(tooMany.status()).isEqualTo(429);
    assertThat(tooMany.errcode()).isEqualTo("M_LIMIT_EXCEEDED");
    assertThat(other.isOpen()).isTrue();
  }

  @Test
  void whatIsTooMuchAtOnceWaits() {
    List<CompletableFuture<Answer>> results = new ArrayList<>();
    router.add(
        Harness.endpoint(
            Route.get(EVENT),
            request -> {
              results.add(new CompletableFuture<>());
              return results.get(results.size() - 1);
            }));
    List<FakeExchange> exchanges = new ArrayList<>();
    for (int i = 0; i < 129; i++) {
      exchanges.add(router.handle(router.signed("GET", GET).from("192.0.2.1")));
    }
    assertThat(results).as("half of it for one client").hasSize(128);
    for (int i = 0; i < 130; i++) {
      exchanges.add(router.handle(router.signed("GET", GET).from("192.0.2." + (2 + i % 2))));
    }
    assertThat(results).hasSize(256);

    for (int i = 0; i < exchanges.size(); i++) {
      results.get(i).complete(Answer.ok(JsonObject.EMPTY));
    }

    assertThat(exchanges).allMatch(exchange -> exchange.status() == 200);
    assertThat(router.dispatcher.gate().inside()).isZero();
  }

  @Test
  void nothingIsLostHoweverOftenEndpointsAndRoutersAreReplaced() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(8);
    ExecutorService clients = Executors.newFixedThreadPool(4);
    AtomicBoolean running = new AtomicBoolean(true);
    AtomicInteger calledDead = new AtomicInteger();
    try {
      List<Harness> routers = new ArrayList<>(List.of(replaceable(pool)));
      AtomicInteger current = new AtomicInteger();
      List<Future<Integer>> sent = new ArrayList<>();
      for (int client = 0; client < 4; client++) {
        sent.add(
            clients.submit(
                () -> {
                  int count = 0;
                  while (running.get()) {
                    if (deliver(routers, current) != 200) {
                      throw new IllegalStateException("refused");
                    }
                    count++;
                  }
                  return count;
                }));
      }
      for (int round = 0; round < 200; round++) {
        Harness harness = routers.get(current.get());
        AtomicBoolean dead = new AtomicBoolean();
        Endpoint endpoint =
            harness.add(
                Harness.endpoint(
                    Route.put(SEND),
                    request -> {
                      if (dead.get()) {
                        calledDead.incrementAndGet();
                      }
                      return CompletableFuture.completedFuture(Answer.ok(JsonObject.EMPTY));
                    }));
        TimeUnit.MICROSECONDS.sleep(500);
        harness.dispatcher.remove(endpoint);
        dead.set(true);
        if (round % 20 == 19) {
          Harness next = replaceable(pool);
          synchronized (routers) {
            routers.add(next);
          }
          current.incrementAndGet();
          harness.dispatcher.stop();
        }
      }
      running.set(false);
      routers.get(current.get()).add(Harness.echo(Route.put(SEND)));
      int total = 0;
      for (Future<Integer> count : sent) {
        total += count.get();
      }
      assertThat(total).isPositive();
      assertThat(calledDead).hasValue(0);
      for (Harness harness : routers) {
        assertThat(harness.dispatcher.gate().drain(Duration.ofSeconds(5))).isZero();
      }
    } finally {
      pool.shutdownNow();
      clients.shutdownNow();
    }
  }

  private static Harness replaceable(ExecutorService pool) {
    Harness harness = new Harness(pool);
    harness.declare("PUT", SEND);
    return harness;
  }

  /** Sends as a listener does: a request that is handed back goes to the next router. */
  private static int deliver(List<Harness> routers, AtomicInteger current) throws Exception {
    FakeExchange exchange = routers.get(0).signed("PUT", PUT, "{}");
    exchange.bodyArrived = CompletableFuture.runAsync(() -> {}, LATER);
    while (true) {
      Harness harness;
      synchronized (routers) {
        harness = routers.get(current.get());
      }
      harness.handle(exchange.again());
      CompletableFuture.anyOf(exchange.answer, exchange.handedBack).get(20, TimeUnit.SECONDS);
      if (exchange.answer.isDone()) {
        return exchange.status();
      }
    }
  }

  private static Endpoint counting(AtomicInteger calls) {
    return Harness.endpoint(
        Route.get(EVENT),
        request -> {
          calls.incrementAndGet();
          return CompletableFuture.completedFuture(Answer.ok(JsonObject.EMPTY));
        });
  }

  private static void awaitWaiting(Thread thread) {
    while (thread.getState() != Thread.State.TIMED_WAITING) {
      if (!thread.isAlive()) {
        throw new AssertionError("it did not wait");
      }
      Thread.onSpinWait();
    }
  }
}
