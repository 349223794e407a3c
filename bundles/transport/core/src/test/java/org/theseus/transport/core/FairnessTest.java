package org.theseus.transport.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.KeyId;
import org.theseus.protocol.api.VerifyKey;
import org.theseus.transport.api.Answer;
import org.theseus.transport.api.Endpoint;
import org.theseus.transport.api.KeyRing;
import org.theseus.transport.api.Route;

/** Who takes more than its share waits, and nobody else with it. */
@Timeout(60)
class FairnessTest {
  private static final String EVENT = "/_matrix/federation/v1/event/{eventId}";
  private static final String GET = "/_matrix/federation/v1/event/$e";
  private static final String SEND = "/_matrix/federation/v1/send/{txnId}";
  private static final String PUT = "/_matrix/federation/v1/send/1";

  private final Harness router = new Harness();
  private final List<String> called = new ArrayList<>();
  private final List<CompletableFuture<Answer>> results = new ArrayList<>();

  FairnessTest() {
    router.declare("GET", EVENT);
    router.declare("PUT", SEND);
  }

  /** An endpoint that takes its time. */
  private Endpoint serveSlowly() {
    return router.add(
        Harness.endpoint(
            Route.get(EVENT),
            request -> {
              called.add(request.signer().value());
              results.add(new CompletableFuture<>());
              return results.get(results.size() - 1);
            }));
  }

  private FakeExchange get(String origin, String address) {
    Peer peer = new Peer(origin, "ed25519:a_1", 7);
    return router.handle(
        FakeExchange.get(GET)
            .header("Authorization", peer.header("GET", GET, Harness.US, Optional.empty()))
            .from(address));
  }

  private void finish(int call) {
    results.get(call).complete(Answer.ok(JsonObject.EMPTY));
  }

  @Test
  void whoWaitsForKeysDoesNotKeepOthersFromWork() {
    router.add(Harness.echo(Route.get(EVENT)));
    KeyRing there = router.dispatcher.services().keyRing().orElseThrow();
    CompletableFuture<Map<KeyId, VerifyKey>> keys = new CompletableFuture<>();
    router.dispatcher.services(services -> services.with((KeyRing) (server, ids, at) -> keys));
    List<FakeExchange> slow = new ArrayList<>();
    for (int i = 0; i < 750; i++) {
      slow.add(router.handle(router.signed("GET", GET).from("192.0.2." + (i % 2))));
    }
    assertThat(router.dispatcher.waiting().queue().isEmpty()).as("more than they may").isFalse();
    router.dispatcher.services(services -> services.with(there));

    FakeExchange other = router.handle(router.signed("GET", GET).from("192.0.2.9"));
    assertThat(other.status()).isEqualTo(200);
    assertThat(slow.subList(0, 682)).allMatch(FakeExchange::isOpen);

    keys.complete(Map.of(router.peer.keyId(), router.peer.key()));
    assertThat(slow).allMatch(exchange -> exchange.status() == 200);
    assertThat(router.dispatcher.gate().inside()).isZero();
  }

  @Test
  void anOriginLeavesRoomForOthersFromWhereverItComes() {
    serveSlowly();
    List<FakeExchange> all = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      all.add(get("busy.example", "192.0.2." + i));
    }
    assertThat(called).as("half of it for one origin").hasSize(128);

    all.add(get("other.example", "192.0.2.1"));
    assertThat(called).hasSize(129).endsWith("other.example");
    finish(0);
    assertThat(called).hasSize(130).endsWith("busy.example");

    for (int i = 1; i < all.size(); i++) {
      finish(i);
    }
    assertThat(all).allMatch(exchange -> exchange.status() == 200);
    assertThat(router.dispatcher.gate().inside()).isZero();
    assertThat(router.dispatcher.admission().all()).isEqualTo(Admission.Share.NONE);
  }

  @Test
  void anAddressWithManyNamesLeavesRoomForOthers() {
    serveSlowly();
    List<FakeExchange> all = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      all.add(get("name" + i % 50 + ".example", "2001:db8::" + i));
    }
    assertThat(called).as("three quarters of it for one network").hasSize(192);

    FakeExchange small = get("small.example", "192.0.2.1");
    assertThat(called).hasSize(193).endsWith("small.example");
    finish(192);
    assertThat(small.status()).isEqualTo(200);

    finish(0);
    assertThat(called).as("then its own go on").hasSize(194);
    for (int i = 1; i < 301; i++) {
      finish(i);
    }
    assertThat(all).allMatch(exchange -> exchange.status() == 200);
    assertThat(router.dispatcher.admission().all()).isEqualTo(Admission.Share.NONE);
  }

  @Test
  void beforeItIsAuthenticatedARequestTakesItsClientsShare() {
    router.add(Harness.echo(Route.put(SEND)));
    List<FakeExchange> slow = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      FakeExchange exchange = router.signed("PUT", PUT, "{}").from("2001:db8::" + i);
      exchange.bodyArrived = new CompletableFuture<>();
      slow.add(router.handle(exchange));
    }
    assertThat(slow.stream().filter(exchange -> exchange.bodyAsked)).hasSize(128);

    FakeExchange sameOrigin =
        router.handle(router.signed("PUT", PUT, "{}").from("2001:db8:0:1::1"));
    assertThat(sameOrigin.status()).as("nothing is proved to be of that origin").isEqualTo(200);

    slow.forEach(exchange -> exchange.bodyArrived.complete(null));
    assertThat(slow).allMatch(exchange -> exchange.status() == 200);
    assertThat(router.dispatcher.admission().all()).isEqualTo(Admission.Share.NONE);
  }

  @Test
  void whoHasLeastGoesFirst() {
    serveSlowly();
    for (int i = 0; i < 256; i++) {
      get("other" + i + ".example", "198.51.100." + i % 250);
    }
    for (int i = 0; i < 3; i++) {
      get("busy.example", "192.0.2.1");
    }
    get("late.example", "192.0.2.2");
    assertThat(called).hasSize(256);

    finish(0);
    finish(1);
    finish(2);
    finish(3);

    assertThat(called.subList(256, called.size()))
        .containsExactly("busy.example", "late.example", "busy.example");
  }

  @Test
  void ofOneSharerWhoCameFirstGoesFirst() {
    serveSlowly();
    for (int i = 0; i < 128; i++) {
      get("busy.example", "192.0.2.1");
    }
    FakeExchange first = get("busy.example", "192.0.2.1");
    FakeExchange second = get("busy.example", "192.0.2.1");

    finish(0);
    finish(128);

    assertThat(first.status()).isEqualTo(200);
    assertThat(second.isOpen()).isTrue();
  }

  @Test
  void whoFindsNoRoomForFiveSecondsIsToldToComeLater() {
    serveSlowly();
    for (int i = 0; i < 128; i++) {
      get("busy.example", "192.0.2.1");
    }
    FakeExchange waiting = get("busy.example", "192.0.2.1");
    router.pass(4_999);
    assertThat(waiting.isOpen()).isTrue();
    router.pass(1);

    assertThat(waiting.status()).isEqualTo(429);
    assertThat(waiting.errcode()).isEqualTo("M_LIMIT_EXCEEDED");
    assertThat(waiting.json().integer("retry_after_ms")).contains(2_000L);
    assertThat(waiting.answered().headers()).containsEntry("Retry-After", "2");
    assertThat(waiting.bodyAsked).isFalse();
  }

  @Test
  void whomOthersAloneKeepOutIsNotBlamed() {
    serveSlowly();
    for (int i = 0; i < 256; i++) {
      get("other" + i + ".example", "198.51.100." + i % 250);
    }
    FakeExchange waiting = get("late.example", "192.0.2.2");
    router.pass(5_000);

    assertThat(waiting.status()).isEqualTo(503);
  }

  @Test
  void whatWaitsForRoomWhenItsEndpointGoesWaitsForThat() {
    Endpoint slow = serveSlowly();
    for (int i = 0; i < 128; i++) {
      get("busy.example", "192.0.2.1");
    }
    FakeExchange waiting = get("busy.example", "192.0.2.1");
    router.dispatcher.routes().remove(slow);

    router.pass(6_999);
    assertThat(waiting.isOpen()).isTrue();
    router.add(Harness.echo(Route.get(EVENT)));
    finish(0);

    assertThat(waiting.status()).isEqualTo(200);
  }

  @Test
  void onlyWhoHasManyWaitingIsRefusedAtOnce() {
    for (int i = 0; i < 1_024; i++) {
      assertThat(router.handle(FakeExchange.get(GET).from("192.0.2.1")).isOpen()).isTrue();
    }
    FakeExchange tooMany = router.handle(FakeExchange.get(GET).from("192.0.2.1"));
    FakeExchange other = router.handle(FakeExchange.get(GET).from("192.0.2.2"));

    assertThat(tooMany.status()).isEqualTo(429);
    assertThat(tooMany.errcode()).isEqualTo("M_LIMIT_EXCEEDED");
    assertThat(tooMany.json().integer("retry_after_ms")).isPresent();
    assertThat(other.isOpen()).isTrue();
  }
}
