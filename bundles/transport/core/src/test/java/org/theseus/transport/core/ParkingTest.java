package org.theseus.transport.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.theseus.protocol.api.BeingReplacedException;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.TransientException;
import org.theseus.transport.api.Answer;
import org.theseus.transport.api.Endpoint;
import org.theseus.transport.api.KeyRing;
import org.theseus.transport.api.Route;

/** What a peer notices while parts behind the router are away. */
@Timeout(60)
class ParkingTest {
  private static final String SEND = "/_matrix/federation/v1/send/{txnId}";
  private static final String PUT = "/_matrix/federation/v1/send/1";
  private static final String EVENT = "/_matrix/federation/v1/event/{eventId}";
  private static final String GET = "/_matrix/federation/v1/event/$e";

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
    assertThat(router.dispatcher.waiting().parked().isEmpty()).isTrue();
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
    router.dispatcher.waiting().wakeAll();
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
    router.pass(50);

    assertThat(exchange.status()).isEqualTo(200);
  }

  @Test
  void aKeyRingThatFailsAndStaysIsAskedAgain() {
    router.add(Harness.echo(Route.put(SEND)));
    KeyRing there = router.dispatcher.services().keyRing().orElseThrow();
    AtomicInteger asked = new AtomicInteger();
    KeyRing busy =
        (server, wanted, validAt) ->
            asked.incrementAndGet() < 3
                ? CompletableFuture.failedFuture(new TransientException("much to do"))
                : there.find(server, wanted, validAt);
    router.dispatcher.services(services -> services.with(busy));

    FakeExchange exchange = router.handle(router.signed("PUT", PUT, "{}"));
    router.pass(50);
    assertThat(exchange.isOpen()).isTrue();
    router.pass(50);

    assertThat(exchange.status()).isEqualTo(200);
    assertThat(asked).hasValue(3);
  }

  @Test
  void unsignedRequestsWithoutBodyNeedOnlyTheirEndpoint() {
    String path = "/_matrix/federation/v1/version";
    router.add(Harness.echo(new Route("GET", path, false, 0)));
    router.dispatcher.services(services -> Services.NONE);

    assertThat(router.handle(FakeExchange.get(path)).status()).isEqualTo(200);
    assertThat(router.heardFrom).isEmpty();
  }

  private static Endpoint counting(AtomicInteger calls) {
    return Harness.endpoint(
        Route.get(EVENT),
        request -> {
          calls.incrementAndGet();
          return CompletableFuture.completedFuture(Answer.ok(JsonObject.EMPTY));
        });
  }
}
