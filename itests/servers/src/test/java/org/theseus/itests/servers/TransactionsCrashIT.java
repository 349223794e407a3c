package org.theseus.itests.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.theseus.itests.peer.Peer;
import org.theseus.itests.peer.Server;

/**
 * A server is killed without warning while it receives and sends as fast as it can, at moments
 * chosen by chance, its start among them. The long form kills it fifty times.
 */
class TransactionsCrashIT {
  private static final int KILLS = Boolean.getBoolean("theseus.long") ? 50 : 3;
  private static final int LATEST_MILLIS = 2_000;
  private static final int START_MILLIS = 3_000;

  @TempDir Path directory;

  private Peer peer;
  private Server server;
  private String room;

  @BeforeEach
  void start() throws Exception {
    peer = Peer.start(directory.resolve("peer"));
    Path trusted = Files.createFile(directory.resolve("trusted.pem"));
    Files.writeString(trusted, Files.readString(peer.certificate()), StandardOpenOption.APPEND);
    server = Server.create(directory.resolve("home"), trusted);
    server.start();
    room = server.result("create", server.user("alice"), "--public");
  }

  @AfterEach
  void stop() {
    server.close();
    peer.close();
  }

  @Test
  void nothingIsLostNothingComesTwice() throws Exception {
    long seed = Long.getLong("theseus.seed", new Random().nextLong());
    Random random = new Random(seed);
    try (Exchange exchange = new Exchange(server, peer, room, "guest", seed, true)) {
      for (int kill = 1; kill <= KILLS; kill++) {
        exchange.awaitMore(20);
        TimeUnit.MILLISECONDS.sleep(random.nextInt(LATEST_MILLIS));
        server.kill();
        exchange.checkDelivered(directory);
        if (kill % 3 == 0) {
          server.launch();
          TimeUnit.MILLISECONDS.sleep(random.nextInt(START_MILLIS));
          server.kill();
        }
        server.start();
      }
      exchange.awaitMore(20);
      exchange.end();
      System.out.printf("seed %d, %d kills: %s%n", seed, KILLS, exchange);
      assertThat(exchange.failures()).as("what only the kills explain").isNotEmpty();
    }
  }
}
