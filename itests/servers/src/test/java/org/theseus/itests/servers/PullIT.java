package org.theseus.itests.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.theseus.itests.peer.Server;
import org.theseus.protocol.api.JsonObject;

/** A server that was away asks for what it missed, and need not be sent it. */
class PullIT {
  private static final Duration ARRIVAL = Duration.ofSeconds(60);
  private static final int MORE_THAN_A_PAGE = 60;

  @TempDir Path directory;

  private Path trustedByFirst;
  private Server first;
  private Server second;

  @BeforeEach
  void start() throws Exception {
    trustedByFirst = Files.createFile(directory.resolve("first.pem"));
    Path trustedBySecond = Files.createFile(directory.resolve("second.pem"));
    first = Server.create(directory.resolve("first"), trustedByFirst);
    second = Server.create(directory.resolve("second"), trustedBySecond);
    trust(trustedByFirst, first, second);
    trust(trustedBySecond, first, second);
    first.start();
    second.start();
  }

  private static void trust(Path file, Server... servers) throws Exception {
    StringBuilder certificates = new StringBuilder();
    for (Server server : servers) {
      certificates.append(Files.readString(server.home().certificate()));
    }
    Files.writeString(file, certificates);
  }

  @AfterEach
  void stop() throws Exception {
    first.close();
    second.close();
  }

  @Test
  void whatWasMissedIsPulledThoughItCannotBeSent() throws Exception {
    // given two servers in a room, one of which dies while the other goes on
    String alice = first.user("alice");
    String room = first.result("create", alice, "--public", "--alias", "pull");
    second.result("join", second.user("bob"), "#pull:" + first.name());
    String before = first.result("send", alice, room, "before");
    await("the message before", () -> second.timelineIds(room).contains(before));
    await("its answer", () -> toSecond().integer("owed").orElse(-1L) == 0);
    second.kill();

    // and which cannot be sent anything, since the other does not trust its certificate any more
    first.close();
    trust(trustedByFirst, first);
    first.start();
    List<String> missed = new ArrayList<>();
    for (int i = 0; i < MORE_THAN_A_PAGE; i++) {
      missed.add(first.result("send", alice, room, "missed " + i));
    }

    // when it comes back
    second.start();

    // then it has asked for all of it, page by page, and the other still owes it
    await("what was missed", () -> second.timelineIds(room).containsAll(missed));
    assertThat(toSecond().integer("owed")).contains((long) MORE_THAN_A_PAGE);
    assertThat(Files.readString(first.home().accessLog()))
        .containsPattern("GET /_matrix/federation/unstable/org.theseus.pull/v1/pull 200 ");
    assertThat(second.timelineIds(room)).doesNotHaveDuplicates();
  }

  private JsonObject toSecond() throws Exception {
    return first.events("destinations", "--json").stream()
        .filter(one -> one.string("server").orElseThrow().equals(second.name()))
        .findFirst()
        .orElseThrow();
  }

  private static void await(String what, Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + ARRIVAL.toNanos();
    while (!condition.call()) {
      assertThat(System.nanoTime()).as(what).isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }
}
