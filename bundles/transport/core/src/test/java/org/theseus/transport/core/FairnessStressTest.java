package org.theseus.transport.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonValue;
import org.theseus.transport.api.Answer;
import org.theseus.transport.api.Route;

/** More than there is room for, on many threads: everybody has a turn, and nothing is left over. */
@Timeout(60)
class FairnessStressTest {
  private static final String SEND = "/_matrix/federation/v1/send/{txnId}";
  private static final String PUT = "/_matrix/federation/v1/send/1";
  private static final Executor LATER =
      CompletableFuture.delayedExecutor(100, TimeUnit.MICROSECONDS);

  @Test
  void everybodyHasATurn() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(8);
    ExecutorService listeners = Executors.newFixedThreadPool(4);
    try {
      Harness router = new Harness(pool);
      router.add(
          Harness.endpoint(
              Route.put(SEND),
              request -> CompletableFuture.supplyAsync(() -> Answer.ok(JsonObject.EMPTY), LATER)));
      List<String> headers = new ArrayList<>();
      for (int origin = 0; origin < 3; origin++) {
        headers.add(
            new Peer("peer" + origin + ".example", "ed25519:a_1", 7)
                .header("PUT", PUT, Harness.US, Optional.<JsonValue>of(JsonObject.EMPTY)));
      }
      List<FakeExchange> all = new ArrayList<>();
      for (int i = 0; i < 3_000; i++) {
        FakeExchange exchange =
            new FakeExchange("PUT", PUT)
                .body("{}")
                .header("Authorization", headers.get(i % 3))
                .from("192.0.2." + i % 5);
        exchange.bodyArrived = CompletableFuture.runAsync(() -> {}, LATER);
        all.add(exchange);
        listeners.execute(() -> router.handle(exchange));
      }

      assertThat(all).allMatch(exchange -> exchange.status() == 200);
      assertThat(router.dispatcher.gate().drain(java.time.Duration.ofSeconds(5))).isZero();
      assertThat(router.dispatcher.admission().all()).isEqualTo(Admission.Share.NONE);
      assertThat(router.dispatcher.lookUps().all()).isEqualTo(Admission.Share.NONE);
      assertThat(router.dispatcher.waiting().queue().figures().most()).isPositive();
      assertThat(router.dispatcher.waiting().queue().isEmpty()).isTrue();
    } finally {
      pool.shutdownNow();
      listeners.shutdownNow();
    }
  }
}
