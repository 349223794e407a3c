package org.theseus.transport.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.KeyId;
import org.theseus.protocol.api.VerifyKey;
import org.theseus.transport.api.Answer;
import org.theseus.transport.api.KeyRing;
import org.theseus.transport.api.Route;

/** Who takes more than its share waits, and nobody else with it. */
@Timeout(60)
class FairnessTest {
  private static final String EVENT = "/_matrix/federation/v1/event/{eventId}";
  private static final String GET = "/_matrix/federation/v1/event/$e";

  private final Harness router = new Harness();

  FairnessTest() {
    router.declare("GET", EVENT);
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
}
