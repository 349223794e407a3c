package org.theseus.transport.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.KeyId;
import org.theseus.protocol.api.TransientException;
import org.theseus.protocol.api.VerifyKey;
import org.theseus.transport.api.Answer;
import org.theseus.transport.api.Endpoint;
import org.theseus.transport.api.KeyRing;
import org.theseus.transport.api.Route;

/** What a peer notices while endpoints, or the router itself, are replaced. */
@Timeout(60)
class ReplacementTest {
  private static final String SEND = "/_matrix/federation/v1/send/{txnId}";
  private static final String PUT = "/_matrix/federation/v1/send/1";
  private static final String EVENT = "/_matrix/federation/v1/event/{eventId}";
  private static final String GET = "/_matrix/federation/v1/event/$e";

  private final Harness router = new Harness();

  ReplacementTest() {
    router.declare("PUT", SEND);
    router.declare("GET", EVENT);
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

    Thread stopping = new Thread(router.dispatcher::stop);
    stopping.start();
    awaitWaiting(stopping);
    result.complete(Answer.ok(JsonObject.EMPTY));
    assertThat(exchange.status()).isEqualTo(200);
    stopping.join();
    assertThat(router.dispatcher.gate().inside()).isZero();
  }

  @Test
  void aStoppingRouterDoesNotWaitForClientsThatReadSlowly() {
    router.add(Harness.echo(Route.get(EVENT)));
    FakeExchange exchange = router.signed("GET", GET);
    FakeExchange unknown = FakeExchange.get("/nowhere");
    exchange.written = new CompletableFuture<>();
    unknown.written = exchange.written;
    router.handle(exchange);
    router.handle(unknown);

    assertThat(router.dispatcher.gate().inside()).as("what stopping waits for").isZero();
    router.dispatcher.stop();

    assertThat(exchange.status()).isEqualTo(200);
    assertThat(unknown.status()).isEqualTo(404);
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

  private static void awaitWaiting(Thread thread) {
    while (thread.getState() != Thread.State.TIMED_WAITING) {
      if (!thread.isAlive()) {
        throw new AssertionError("it did not wait");
      }
      Thread.onSpinWait();
    }
  }
}
