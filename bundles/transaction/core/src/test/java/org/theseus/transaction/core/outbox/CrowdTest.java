package org.theseus.transaction.core.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.TransientException;
import org.theseus.transport.api.FederationClient;

/** Thousands of destinations, most of them dead. */
class CrowdTest extends OutboxTest {
  private final Map<ServerName, AtomicInteger> taken = new ConcurrentHashMap<>();
  private final AtomicInteger underWay = new AtomicInteger();
  private final AtomicInteger mostUnderWay = new AtomicInteger();
  private volatile boolean isHealthy;

  private static int number(ServerName server) {
    return Integer.parseInt(server.value().substring(1, server.value().indexOf('.')));
  }

  /** Of ten one lives; of the others some refuse, some err, and some say nothing at all. */
  @Override
  CompletableFuture<FederationClient.Response> answer(FederationClient.Request request) {
    mostUnderWay.accumulateAndGet(underWay.incrementAndGet(), Math::max);
    CompletableFuture<FederationClient.Response> answer = new CompletableFuture<>();
    int kind = isHealthy ? 0 : number(request.destination()) % 10;
    if (kind == 0) {
      int pdus = request.body().orElseThrow().array("pdus").orElseThrow().elements().size();
      taken.computeIfAbsent(request.destination(), name -> new AtomicInteger()).addAndGet(pdus);
      answer.complete(new FederationClient.Response(200, JsonObject.EMPTY));
    } else if (kind < 5) {
      answer.completeExceptionally(new TransientException("connection refused"));
    } else if (kind < 8) {
      answer.complete(new FederationClient.Response(502, JsonObject.EMPTY));
    }
    return answer.whenComplete((response, failure) -> underWay.decrementAndGet());
  }

  private static Set<ServerName> servers(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> ServerName.of("s" + i + ".example"))
        .collect(Collectors.toSet());
  }

  private long total() {
    return taken.values().stream().mapToInt(AtomicInteger::get).sum();
  }

  @Test
  void theLivingGetAllThoughTheyAreFew() throws Exception {
    Set<ServerName> all = servers(2_000);
    int threads = Thread.activeCount();

    for (int event = 1; event <= 5; event++) {
      log(all, "e" + event);
      int sent = event;
      await(() -> total() == 200L * sent);
    }

    assertThat(taken.values()).allMatch(events -> events.get() == 5);
    assertThat(mostUnderWay.get()).isLessThanOrEqualTo(800);
    assertThat(Thread.activeCount() - threads).isLessThan(20);
  }

  @Test
  void thoseBehindAfterARestartAllGetTheirFirstTransactionSoon() throws Exception {
    isHealthy = true;
    log(servers(1_000), "before");
    await(() -> total() == 1_000);
    isHealthy = false;
    sending.stop();
    store(servers(1_000), "while we were away");

    start(LONG, "run 2");

    await(() -> total() == 1_100);
  }
}
