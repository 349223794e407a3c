package org.theseus.itests.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.theseus.itests.peer.Command;
import org.theseus.itests.peer.Server;

/** A room version that is not ours: the bundle of EXTENDING, built as its reader would. */
class FurtherVersionIT {
  private static final String VERSION = "org.example.calm";

  @TempDir Path directory;

  private Server first;
  private Server second;

  @BeforeEach
  void start() throws Exception {
    Path trusted = Files.createFile(directory.resolve("trusted.pem"));
    first = Server.create(directory.resolve("first"), trusted);
    second = Server.create(directory.resolve("second"), trusted);
    first.start();
    second.start();
  }

  @AfterEach
  void stop() {
    first.close();
    second.close();
  }

  @Test
  void itsRoomsLiveAndWaitWithItsBundle() throws Exception {
    String alice = first.user("alice");
    String bob = second.user("bob");
    Sample sample = Sample.of("org.example.calm.Calm", directory);
    Path jar = sample.bundle("1.0.0");
    Path without = sample.bundleWithoutComponents("1.0.1");
    Path again = sample.bundle("1.0.2");

    // given two servers that have the bundle, and a room of its version
    first.result("swap", jar.toString());
    second.result("swap", jar.toString());
    String room =
        first.result("create", alice, "--room-version", VERSION, "--public", "--alias", "calm");
    second.result("join", bob, "#calm:" + first.name());

    // then its own rule holds beside those of the version it is derived from
    String hello = second.result("send", bob, room, "Hello");
    Command.Result shout = second.shell("send", bob, room, "HELLO!");
    assertThat(shout.status()).isEqualTo(1);
    assertThat(shout.err()).contains("nobody shouts here");
    assertThat(first.shell("send", "@stranger:" + first.name(), room, "Hello").status())
        .isEqualTo(1);

    // when the version is away on one of them
    first.result("swap", without.toString());
    String missed = second.result("send", bob, room, "Where are you?");
    String other = first.result("create", alice);
    assertThat(first.result("send", alice, other, "HELLO!")).startsWith("$");
    CompletableFuture<String> waits =
        CompletableFuture.supplyAsync(() -> send(first, alice, room, "I am here"));
    assertThat(waits).isNotDone();

    // and comes back
    first.result("swap", again.toString());

    // then its room goes on, and nothing is lost
    String waited = waits.get(30, TimeUnit.SECONDS);
    for (Server server : List.of(first, second)) {
      awaitAll(server, room, List.of(hello, missed, waited));
    }
    assertThat(first.shell("send", alice, room, "HELLO!").err()).contains("nobody shouts here");
  }

  private static String send(Server server, String user, String room, String text) {
    try {
      return server.result("send", user, room, text);
    } catch (Exception failed) {
      throw new CompletionException(failed);
    }
  }

  private static void awaitAll(Server server, String room, List<String> events) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!server.timelineIds(room).containsAll(events)) {
      assertThat(System.nanoTime()).as("all events at " + server.name()).isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }
}
