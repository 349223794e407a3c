package org.theseus.itests.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.theseus.itests.peer.Guest;
import org.theseus.itests.peer.Peer;
import org.theseus.itests.peer.Server;
import org.theseus.itests.peer.synapse.Attempt;
import org.theseus.itests.peer.synapse.Pace;
import org.theseus.itests.peer.synapse.SynapseLikeSender;

/**
 * The transactions' own bundle, the store's and its driver's are replaced while a server receives
 * and sends as fast as it can, and while a peer with Synapse's patience talks. Nobody notices. The
 * long form replaces a hundred times.
 */
class TransactionsSwapsIT {
  private static final int SWAPS = Boolean.getBoolean("theseus.long") ? 100 : 3;
  private static final List<String> SWAPPED =
      List.of("org.theseus.transaction.core", "org.theseus.persistence.sqlite", "sqlite-jdbc");
  private static final Duration PAUSE = Duration.ofMillis(100);

  @TempDir Path directory;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Peer> peers = new ArrayList<>();
  private volatile boolean ended;
  private Server server;
  private String room;

  @BeforeEach
  void start() throws Exception {
    peers.add(Peer.start(directory.resolve("peers")));
    peers.add(Peer.start(directory.resolve("peers")));
    Path trusted = directory.resolve("trusted.pem");
    Files.copy(peers.get(0).certificate(), trusted);
    server = Server.create(directory.resolve("home"), trusted);
    server.start();
    room = server.result("create", server.user("alice"), "--public");
  }

  @AfterEach
  void stop() {
    threads.shutdownNow();
    server.close();
    peers.forEach(Peer::close);
  }

  @Test
  void nobodyNoticesAndNothingIsLost() throws Exception {
    Guest patient = Guest.join(peers.get(1), server.name(), room, "patient");
    try (SynapseLikeSender sender = SynapseLikeSender.start(peers.get(1), Pace.real());
        Talk talk = new Talk(server, patient, sender);
        Exchange exchange = new Exchange(server, peers.get(0), room, "guest", 1, false)) {
      Future<Void> talking = threads.submit(() -> talkOn(talk));
      for (int swap = 0; swap < SWAPS; swap++) {
        exchange.awaitMore(10);
        String module = SWAPPED.get(swap % SWAPPED.size());
        assertThat(server.swap(module, 1 + swap / SWAPPED.size())).contains("pause");
        assertThat(exchange.failures()).as("swap %d, of %s", swap + 1, module).isEmpty();
      }
      exchange.awaitMore(10);
      ended = true;
      talking.get();
      exchange.end();
      System.out.printf("%d swaps: %s%n", SWAPS, exchange);

      Exchange.await("what the patient say", () -> sender.isDone(server.name()));
      assertThat(exchange.failures()).isEmpty();
      assertThat(sender.transactions()).extracting(Attempt::end).containsOnly("200");
      assertThat(sender.transactions()).extracting(Attempt::number).containsOnly(1);
      assertThat(sender.backOffs().interval(server.name())).isZero();
      Exchange.await("all of it", () -> talk.arrived().size() >= talk.said().size());
      assertThat(talk.arrived()).isEqualTo(talk.said());
    }
  }

  private Void talkOn(Talk talk) throws InterruptedException {
    while (!ended) {
      talk.say();
      TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
    }
    return null;
  }
}
