package org.theseus.pdu.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.theseus.pdu.api.Draft;
import org.theseus.persistence.api.LoggedEvent;
import org.theseus.persistence.api.StoredEvent;
import org.theseus.persistence.api.StoredEvent.Outcome;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.MatrixException;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.UserId;

/** Whatever happens in whatever order, in the end all servers hold the same room. */
@Timeout(300)
class ConvergenceTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "1, 12", "2, 11", "3, 12", "4, 11", "5, 12", "6, 11", "7, 1", "8, 2", "9, 3", "10, 6", "11, 9"
  })
  void threeServersAgreeAfterNetsplitsLossesAndDisorder(long seed, String version) {
    try (World world = new World(folder)) {
      Random random = new Random(seed);
      List<TestServer> servers =
          List.of(world.server("a.example"), world.server("b.example"), world.server("c.example"));
      Crowd crowd = new Crowd(world, servers, random, version);

      // when users quarrel while the network fails in all ways
      for (int i = 0; i < 120; i++) {
        crowd.actOnce();
        crowd.network();
      }

      // and then holds, and each server says something
      world.heal();
      crowd.letAllSpeak();
      crowd.letAllSpeak();

      // then all agree on the state in force, and on what was rejected of what all have
      TestServer first = servers.get(0);
      for (TestServer other : servers.subList(1, 3)) {
        assertThat(other.state(crowd.room)).isEqualTo(first.state(crowd.room));
        assertThat(crowd.rejected(other, first)).isEqualTo(crowd.rejected(first, other));
        assertThat(other.rooms().servers(crowd.room)).isEqualTo(first.rooms().servers(crowd.room));
      }
      assertThat(first.state(crowd.room)).hasSizeGreaterThan(5);
    }
  }

  /**
   * Users of three servers that do as they please, as far as their own servers let them, and an
   * anchor on each.
   */
  private static final class Crowd {
    private static final List<String> MEMBERSHIPS = List.of("leave", "ban", "invite", "leave");
    private final World world;
    private final List<TestServer> servers;
    private final Random random;
    private final RoomId room;
    private final Map<UserId, TestServer> homes = new HashMap<>();
    private final List<UserId> users = new ArrayList<>();
    private int said;

    Crowd(World world, List<TestServer> servers, Random random, String version) {
      this.world = world;
      this.servers = servers;
      this.random = random;
      TestServer first = servers.get(0);
      UserId creator = first.user("creator");
      room = first.create(version, creator);
      JsonObject.Builder levels = JsonObject.builder();
      if (!version.equals("12")) {
        levels.put(creator.value(), 100);
      }
      for (TestServer server : servers) {
        for (String name : List.of("anchor", "mod", "user")) {
          UserId user = server.user(name);
          homes.put(user, server);
          if (!name.equals("anchor")) {
            users.add(user);
          }
          if (!name.equals("user")) {
            levels.put(user.value(), name.equals("mod") ? 50 : 60);
          }
          join(server, user);
          world.deliver();
        }
      }
      first.set(
          room,
          creator,
          "m.room.power_levels",
          JsonObject.builder().put("users", levels.build()).build());
      world.deliver();
    }

    private void join(TestServer server, UserId user) {
      if (server == servers.get(0) || server.rooms().servers(room).contains(server.name())) {
        server.send(room, Draft.member(user, user, "join"));
      } else {
        server.join(room, user, servers.get(0));
      }
    }

    void actOnce() {
      UserId user = users.get(random.nextInt(users.size()));
      TestServer home = homes.get(user);
      UserId target = users.get(random.nextInt(users.size()));
      try {
        switch (random.nextInt(8)) {
          case 0 -> home.set(room, user, "m.room.topic", number("topic"));
          case 1 -> home.set(room, user, "m.room.name", number("name"));
          case 2 ->
              home.send(
                  room,
                  Draft.member(user, target, MEMBERSHIPS.get(random.nextInt(MEMBERSHIPS.size()))));
          case 3 -> home.send(room, Draft.member(user, user, "join"));
          case 4 -> home.send(room, Draft.member(user, user, "leave"));
          case 5 ->
              home.set(
                  room,
                  user,
                  "m.room.join_rules",
                  TestServer.content("join_rule", random.nextInt(3) == 0 ? "invite" : "public"));
          default -> home.say(room, user, "message " + said++);
        }
      } catch (MatrixException refused) {
        assertThat(refused.error().errcode()).isIn("M_FORBIDDEN", "M_NOT_FOUND");
      }
    }

    private JsonObject number(String name) {
      return TestServer.content(name, "number " + said++);
    }

    void network() {
      TestServer from = servers.get(random.nextInt(3));
      TestServer to = servers.get(random.nextInt(3));
      if (from == to) {
        return;
      }
      switch (random.nextInt(8)) {
        case 0 -> from.lose(to);
        case 1 -> world.cut(from, to);
        case 2 -> world.heal();
        case 3 -> shuffled(from, to);
        case 4 -> world.deliver();
        default -> from.deliverTo(to);
      }
    }

    private void shuffled(TestServer from, TestServer to) {
      if (!world.isCut(from.name(), to.name())) {
        List<LoggedEvent> owed = new ArrayList<>(from.owed(to));
        Collections.shuffle(owed, random);
        owed.forEach(event -> to.receive(from.name(), TestServer.JSON.readObject(event.json())));
        from.lose(to);
      }
    }

    /** Those whom nobody can remove, so that every server stays in the room. */
    void letAllSpeak() {
      world.pass(3_600_000);
      world.deliver();
      UserId creator = servers.get(0).user("creator");
      servers.get(0).say(room, creator, "the end " + said++);
      world.deliver();
      for (TestServer server : servers) {
        server.say(room, server.user("anchor"), "bye " + said++);
        world.deliver();
      }
      servers.get(0).say(room, creator, "the very end " + said++);
      world.deliver();
    }

    Set<EventId> rejected(TestServer server, TestServer other) {
      Map<EventId, StoredEvent> mine = graph(server);
      Set<EventId> theirs = graph(other).keySet();
      return mine.values().stream()
          .filter(event -> event.outcome() == Outcome.REJECTED && theirs.contains(event.id()))
          .map(StoredEvent::id)
          .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Everything behind the extremities. */
    private Map<EventId, StoredEvent> graph(TestServer server) {
      Map<EventId, StoredEvent> found = new HashMap<>();
      Set<EventId> layer = server.core().graph().rooms().get(room).tips().keySet();
      while (!layer.isEmpty()) {
        Map<EventId, StoredEvent> events = server.core().graph().events().stored(layer);
        events.values().removeIf(StoredEvent::isOutlier);
        found.putAll(events);
        layer =
            events.values().stream()
                .flatMap(event -> event.prevEvents().stream())
                .filter(id -> !found.containsKey(id))
                .collect(Collectors.toSet());
      }
      return found;
    }
  }
}
