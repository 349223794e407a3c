package org.theseus.transport.jettyserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Handshakes wait for each other, and nobody else for them. */
class HandshakesTest extends ServerTest {
  private static final int REFUSED = -1;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch over = new CountDownLatch(1);
  private Handshakes handshakes;

  @BeforeEach
  void allowOneHandshakeAtOnce() throws Exception {
    restart(LIMITS.withHandshakes(1, 2));
    dispatcher.bind(ECHO);
    handshakes = server.connections().handshakes();
  }

  @AfterEach
  void stopThreads() {
    over.countDown();
    threads.shutdownNow();
  }

  /** Begins one that goes on until the test says that it is over. */
  private void beginASlowOne() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    Callback slow =
        handshakes
            .begin("slow", threads, () -> {})
            .step(
                Callback.from(
                    () -> {
                      begun.countDown();
                      awaitTheEnd();
                    }));
    threads.execute(slow::succeeded);
    assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
  }

  private void awaitTheEnd() {
    try {
      over.await();
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }

  private CompletableFuture<Integer> ask(String host) {
    return CompletableFuture.supplyAsync(
        () -> {
          try (TestClient client = TestClient.connectFrom(host, tls, port)) {
            return client.get("/").status();
          } catch (IOException closed) {
            return REFUSED;
          }
        },
        threads);
  }

  private void await(BooleanSupplier condition) {
    assertThat(Until.holds(condition, Duration.ofSeconds(30), timer).toCompletableFuture().join())
        .isTrue();
  }

  @Test
  void whoHasFinishedOneIsServedWhileOthersWaitForTheirs() throws Exception {
    try (TestClient good = connect()) {
      beginASlowOne();
      CompletableFuture<Integer> late = ask("127.0.0.2");
      await(() -> handshakes.waiting() == 1);
      for (int i = 0; i < 10; i++) {
        assertThat(good.get("/").status()).isEqualTo(200);
      }
      assertThat(late).isNotDone();

      over.countDown();

      assertThat(late.get(30, TimeUnit.SECONDS)).isEqualTo(200);
    }
  }

  @Test
  void clientWithTooManyIsCutOffAndNobodyElse() throws Exception {
    beginASlowOne();
    CompletableFuture<Integer> first = ask("127.0.0.1");
    CompletableFuture<Integer> second = ask("127.0.0.1");
    await(() -> handshakes.waiting() == 2);
    assertThat(ask("127.0.0.1").get(30, TimeUnit.SECONDS)).isEqualTo(REFUSED);
    CompletableFuture<Integer> other = ask("127.0.0.2");
    await(() -> handshakes.waiting() == 3);

    over.countDown();

    for (CompletableFuture<Integer> asked : List.of(first, second, other)) {
      assertThat(asked.get(30, TimeUnit.SECONDS)).isEqualTo(200);
    }
    await(() -> handshakes.waiting() == 0);
  }

  @Test
  void whoGoesGivesItsTurnUp() throws Exception {
    beginASlowOne();
    List<String> told = new CopyOnWriteArrayList<>();
    Handshakes.Handshake going = waits("a", "going", told);
    waits("a", "first", told);
    waits("b", "alone", told).close();
    assertThat(handshakes.waiting()).isEqualTo(2);

    going.close();
    going
        .step(Callback.from(() -> told.add("late"), failure -> told.add("late closed")))
        .succeeded();
    waits("a", "second", told);

    assertThat(handshakes.waiting()).isEqualTo(2);
    assertThat(told).containsExactly("alone closed", "going closed", "late closed");
    over.countDown();
    await(() -> told.size() == 5);
    assertThat(told).endsWith("first", "second");
  }

  private Handshakes.Handshake waits(String client, String name, List<String> told) {
    Handshakes.Handshake begun =
        handshakes.begin(client, threads, () -> told.add(name + " refused"));
    begun
        .step(Callback.from(() -> told.add(name), failure -> told.add(name + " closed")))
        .succeeded();
    return begun;
  }

  @Test
  void closedConnectionLeavesNothingBehind() throws Exception {
    restart(LIMITS.withHandshakes(1, 1_000));
    handshakes = server.connections().handshakes();
    beginASlowOne();
    CompletableFuture<Integer> asked = ask("127.0.0.1");
    await(() -> handshakes.waiting() == 1);

    server.connections().sweep(Duration.ZERO, Duration.ZERO);

    await(() -> handshakes.waiting() == 0);
    assertThat(asked.get(30, TimeUnit.SECONDS)).isEqualTo(REFUSED);
    assertThat(server.connections().count()).isZero();
  }

  @Test
  void clientsTakeTurns() throws Exception {
    beginASlowOne();
    List<String> done = new CopyOnWriteArrayList<>();
    for (String client : List.of("a", "a", "b")) {
      handshakes
          .begin(client, threads, () -> {})
          .step(Callback.from(() -> done.add(client)))
          .succeeded();
    }
    assertThat(done).isEmpty();

    over.countDown();

    await(() -> done.size() == 3);
    assertThat(done).containsExactly("a", "b", "a");
  }

  @Test
  void requestThatComesWithTheLastStepHoldsNobodyUp() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    dispatcher.bind(
        exchange -> {
          begun.countDown();
          awaitTheEnd();
          ECHO.handle(exchange);
        });
    CompletableFuture<Integer> slow = ask("127.0.0.1");
    assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
    try (TestClient other = connect()) {
      over.countDown();
      assertThat(other.get("/").status()).isEqualTo(200);
    }
    assertThat(slow.get(30, TimeUnit.SECONDS)).isEqualTo(200);
  }
}
