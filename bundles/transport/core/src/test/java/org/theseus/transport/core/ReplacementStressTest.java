package org.theseus.transport.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
import org.theseus.protocol.api.JsonObject;
import org.theseus.transport.api.Answer;
import org.theseus.transport.api.Endpoint;
import org.theseus.transport.api.Route;

/** Requests without end, while endpoints and routers are replaced. */
@Timeout(60)
class ReplacementStressTest {
  private static final String SEND = "/_matrix/federation/v1/send/{txnId}";
  private static final String PUT = "/_matrix/federation/v1/send/1";

  private static final Executor LATER =
      CompletableFuture.delayedExecutor(100, TimeUnit.MICROSECONDS);

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
}
