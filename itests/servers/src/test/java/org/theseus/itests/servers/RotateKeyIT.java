package org.theseus.itests.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.theseus.itests.peer.Grammar;
import org.theseus.itests.peer.Server;
import org.theseus.protocol.api.JsonObject;

/** The signing key of a server is replaced while its users talk, and while it is killed. */
class RotateKeyIT {
  private static final Duration ARRIVAL = Duration.ofSeconds(60);

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
  void whatEitherKeySignedArrivesAndStaysValid() throws Exception {
    String alice = first.user("alice");
    String room = first.result("create", alice, "--public", "--alias", "keys");
    second.result("join", second.user("bob"), "#keys:" + first.name());
    List<String> sent = new ArrayList<>();

    // when the key is replaced twice between messages, the second time just before a kill
    sent.add(first.result("send", alice, room, "by the first key"));
    final String secondKey = first.result("rotate-key");
    sent.add(first.result("send", alice, room, "by the second key"));
    final String thirdKey = first.result("rotate-key");
    first.kill();
    first.start();
    sent.add(first.result("send", alice, room, "by the third key"));

    // then all of it arrives, signed by three keys
    await(() -> second.timelineIds(room).containsAll(sent));
    Set<String> signedBy = new HashSet<>();
    for (JsonObject event : second.timeline(room)) {
      event
          .object("signatures")
          .flatMap(all -> all.object(first.name()))
          .ifPresent(its -> signedBy.addAll(its.members().keySet()));
    }
    assertThat(signedBy).hasSize(3).contains(secondKey, thirdKey);

    // and both are told as given up; the peer knows so of the first at least, with the same times:
    // what it asked while the second was being given up it need not ask again yet
    Set<String> told = givenUp(first);
    assertThat(told).hasSize(2).noneMatch(key -> key.startsWith(thirdKey));
    assertThat(givenUp(second)).isSubsetOf(told).anyMatch(key -> !key.startsWith(secondKey));
  }

  @Test
  void whileBothTalkBothReplaceTheirKeysAndNothingIsLostOrRefused() throws Exception {
    String alice = first.user("alice");
    String bob = second.user("bob");
    String room = first.result("create", alice, "--public", "--alias", "talk");
    second.result("join", bob, "#talk:" + first.name());

    // given both talk without a pause, when each replaces its key, twice in a row
    Set<String> sent = ConcurrentHashMap.newKeySet();
    AtomicBoolean ended = new AtomicBoolean();
    ExecutorService threads = Executors.newFixedThreadPool(2);
    List<Future<?>> talks =
        List.of(
            threads.submit(() -> talk(first, alice, room, sent, ended)),
            threads.submit(() -> talk(second, bob, room, sent, ended)));
    for (Server server : List.of(first, second)) {
      awaitMore(sent);
      server.result("rotate-key");
      server.result("rotate-key");
    }
    awaitMore(sent);
    ended.set(true);
    for (Future<?> talk : talks) {
      talk.get(ARRIVAL.toSeconds(), TimeUnit.SECONDS);
    }
    threads.shutdown();

    // then all that either said is at both, once
    await(() -> first.timelineIds(room).containsAll(sent));
    await(() -> second.timelineIds(room).containsAll(sent));
    assertThat(first.timelineIds(room)).doesNotHaveDuplicates();
    assertThat(second.timelineIds(room)).doesNotHaveDuplicates();

    // and no request of either was refused
    for (Server server : List.of(first, second)) {
      assertThat(Files.readAllLines(server.home().clientLog()))
          .filteredOn(line -> line.contains("/send/"))
          .isNotEmpty()
          .allMatch(line -> line.contains(" 200 "));
    }
    assertThat(givenUp(first)).hasSize(2).containsAll(givenUp(second));
  }

  private static Void talk(
      Server server, String user, String room, Set<String> sent, AtomicBoolean ended)
      throws Exception {
    for (int i = 0; !ended.get(); i++) {
      sent.add(server.result("send", user, room, user + " says " + i));
    }
    return null;
  }

  private static void awaitMore(Set<String> sent) throws Exception {
    int wanted = sent.size() + 10;
    await(() -> sent.size() >= wanted);
  }

  private static void await(Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + ARRIVAL.toNanos();
    while (!condition.call()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  private Set<String> givenUp(Server server) throws Exception {
    String json = server.result("keys", first.name(), "--json");
    return Grammar.JSON
        .readObject(json.getBytes(StandardCharsets.UTF_8))
        .array("keys")
        .orElseThrow()
        .objects()
        .stream()
        .filter(key -> key.has("expired_ts"))
        .map(key -> key.string("key_id").orElseThrow() + " " + key.integer("expired_ts").get())
        .collect(Collectors.toSet());
  }
}
