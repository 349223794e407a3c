package org.theseus.itests.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.theseus.itests.peer.Command;
import org.theseus.itests.peer.Server;
import org.theseus.protocol.api.JsonObject;

/** A server that is killed without warning: what it has acknowledged is there afterwards, once. */
class KillIT {
  private static final Duration ARRIVAL = Duration.ofSeconds(60);
  private static final int MESSAGES_BEFORE_KILL = 40;

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
  void stop() throws Exception {
    first.close();
    second.close();
  }

  @Test
  void whatWasAcknowledgedSurvivesKillOfEitherServer() throws Exception {
    String alice = first.user("alice");
    String bob = second.user("bob");
    String room = first.result("create", alice, "--public", "--alias", "kill");
    second.result("join", bob, "#kill:" + first.name());

    // when each server in turn is killed while both users talk, and started again
    AtomicBoolean talking = new AtomicBoolean(true);
    Talk aliceTalk = new Talk(first, alice, room, talking);
    Talk bobTalk = new Talk(second, bob, room, talking);
    aliceTalk.start();
    bobTalk.start();
    for (Server victim : List.of(second, first)) {
      int before = aliceTalk.acknowledged.size() + bobTalk.acknowledged.size();
      await(
          "messages before the kill",
          () ->
              aliceTalk.acknowledged.size() + bobTalk.acknowledged.size()
                  >= before + MESSAGES_BEFORE_KILL);
      victim.kill();
      victim.start();
    }
    int before = aliceTalk.acknowledged.size() + bobTalk.acknowledged.size();
    await(
        "messages after the kills",
        () ->
            aliceTalk.acknowledged.size() + bobTalk.acknowledged.size()
                >= before + MESSAGES_BEFORE_KILL);
    talking.set(false);
    aliceTalk.join();
    bobTalk.join();

    // then both servers come to hold all that was acknowledged, each event and each text once
    await("the same timelines", () -> holdsAll(first, room, aliceTalk, bobTalk));
    await("the same timelines", () -> holdsAll(second, room, aliceTalk, bobTalk));
    for (Server server : List.of(first, second)) {
      assertThat(server.timelineIds(room)).doesNotHaveDuplicates();
      assertThat(texts(server, room)).doesNotHaveDuplicates();
    }
    assertThat(explanation(first, room)).isEqualTo(explanation(second, room));
    List<String> sinceJoin = second.timelineIds(room);
    assertThat(first.timelineIds(room)).containsAll(sinceJoin);
  }

  private static String explanation(Server server, String room) throws Exception {
    return server.shell("explain", room, "m.room.create", "", "--json").out();
  }

  private static boolean holdsAll(Server server, String room, Talk one, Talk other)
      throws Exception {
    List<String> ids = server.timelineIds(room);
    return ids.containsAll(one.acknowledged) && ids.containsAll(other.acknowledged);
  }

  private static List<String> texts(Server server, String room) throws Exception {
    return server.timeline(room).stream()
        .flatMap(event -> event.object("content").stream())
        .flatMap((JsonObject content) -> content.string("body").stream())
        .toList();
  }

  private static void await(String what, Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + ARRIVAL.toNanos();
    while (!condition.call()) {
      assertThat(System.nanoTime()).as(what).isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  /** A user who goes on talking through the death of the server; each text is tried once. */
  private static final class Talk extends Thread {
    private final Server server;
    private final String user;
    private final String room;
    private final AtomicBoolean talking;
    private final Queue<String> acknowledged = new ConcurrentLinkedQueue<>();

    Talk(Server server, String user, String room, AtomicBoolean talking) {
      this.server = server;
      this.user = user;
      this.room = room;
      this.talking = talking;
    }

    @Override
    public void run() {
      for (int i = 1; talking.get(); i++) {
        try {
          Command.Result sent = server.shell("send", user, room, user + " says " + i);
          if (sent.status() == 0) {
            acknowledged.add(sent.out());
          }
          breathe();
        } catch (Exception serverIsDead) {
          // not acknowledged: it may or may not have happened
          breathe();
        }
      }
    }

    private static void breathe() {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
    }
  }
}
