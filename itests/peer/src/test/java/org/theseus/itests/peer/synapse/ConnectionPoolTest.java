package org.theseus.itests.peer.synapse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.theseus.itests.peer.Peer;
import org.theseus.itests.peer.Tls;
import org.theseus.protocol.api.JsonObject;

/** Connections over real sockets, kept as Twisted keeps them. */
@Timeout(60)
class ConnectionPoolTest {
  @TempDir static Path directory;

  private Peer server;
  private ConnectionPool pool;

  @BeforeEach
  void start() throws Exception {
    server = Peer.start(directory);
    pool = new ConnectionPool(Tls.trustingEverybody(), Pace.real());
  }

  @AfterEach
  void stop() {
    pool.close();
    server.close();
  }

  private Peer.Reply ask(ConnectionPool through, Duration timeout) throws IOException {
    return through.exchange(
        new Wire.Outgoing(
            server.name().value(),
            "PUT",
            "/_matrix/federation/v1/send/1",
            "signed",
            Optional.of(JsonObject.EMPTY.with("pdus", "é"))),
        timeout);
  }

  private Peer.Reply ask() throws IOException {
    return ask(pool, Duration.ofSeconds(20));
  }

  private List<Integer> connections() {
    return server.asked().stream().map(Peer.Asked::connection).toList();
  }

  @Test
  void aConnectionIsUsedAgain() throws Exception {
    assertThat(ask()).isEqualTo(new Peer.Reply(200, "{\"pdus\":{}}"));
    assertThat(ask().status()).isEqualTo(200);

    assertThat(connections()).hasSize(2).containsOnly(connections().get(0));
    assertThat(server.asked().get(1).json().string("pdus")).hasValue("é");
  }

  @Test
  void noMoreThanFiveWaitAndTheOneIdleLongestIsTakenFirst() throws Exception {
    CountDownLatch together = new CountDownLatch(7);
    server.handle(
        asked -> {
          together.countDown();
          return awaited(together);
        });
    ExecutorService threads = Executors.newFixedThreadPool(7);
    try {
      List<Future<Peer.Reply>> replies = new ArrayList<>();
      for (int i = 0; i < 7; i++) {
        replies.add(threads.submit(() -> ask()));
      }
      for (Future<Peer.Reply> reply : replies) {
        assertThat(reply.get().status()).isEqualTo(200);
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(connections()).as("as many in use as wanted").doesNotHaveDuplicates().hasSize(7);
    assertThat(pool.idle(server.name().value())).isEqualTo(ConnectionPool.IDLE_PER_HOST);

    for (int i = 0; i < 6; i++) {
      ask();
    }

    List<Integer> later = connections().subList(7, 13);
    assertThat(later.subList(0, 5)).doesNotHaveDuplicates();
    assertThat(later.get(5)).isEqualTo(later.get(0));
  }

  private static Optional<Peer.Reply> awaited(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
      return Optional.empty();
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      return Optional.of(Peer.Reply.HANG_UP);
    }
  }

  @Test
  void aConnectionThatClosedWhileIdleIsPassedOver() throws Exception {
    ask();
    server.refuse();
    server.listen();

    assertThat(ask().status()).isEqualTo(200);
    assertThat(connections()).doesNotHaveDuplicates();
  }

  @Test
  void aRequestThatMeetsAClosingConnectionIsNotRepeated() throws Exception {
    ask();
    server.handle(asked -> Optional.of(Peer.Reply.HANG_UP));

    assertThatThrownBy(this::ask).isInstanceOf(IOException.class);

    assertThat(connections()).hasSize(2).containsOnly(connections().get(0));
  }

  @Test
  void aConnectionIsNotKeptForMoreThanTwoMinutes() throws Exception {
    Duration soon = Duration.ofMillis(50);
    Pace hastyWhenIdle =
        new FakePace() {
          @Override
          public Duration real(Duration modelled) {
            return modelled.equals(Duration.ofMinutes(2)) ? soon : modelled;
          }
        };
    try (ConnectionPool hasty = new ConnectionPool(Tls.trustingEverybody(), hastyWhenIdle)) {
      ask(hasty, Duration.ofSeconds(20));
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
      while (hasty.idle(server.name().value()) > 0) {
        assertThat(System.nanoTime()).isLessThan(deadline);
        Thread.onSpinWait();
      }
      ask(hasty, Duration.ofSeconds(20));
    }
    assertThat(connections()).doesNotHaveDuplicates();
  }

  @Test
  void anAttemptEndsWithItsTime() {
    CountDownLatch never = new CountDownLatch(1);
    server.handle(asked -> awaited(never));

    assertThatThrownBy(() -> ask(pool, Duration.ofMillis(1_500)))
        .isInstanceOf(SocketTimeoutException.class);
    never.countDown();
    assertThat(pool.idle(server.name().value())).isZero();
  }

  @Test
  void whoDoesNotListenRefuses() {
    server.refuse();

    assertThatThrownBy(this::ask).isInstanceOf(ConnectException.class);
  }
}
