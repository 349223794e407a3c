package org.theseus.protocol.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.theseus.protocol.rules.TestRoom.ALICE;
import static org.theseus.protocol.rules.TestRoom.BOB;
import static org.theseus.protocol.rules.TestRoom.CAROL;
import static org.theseus.protocol.rules.TestRoom.DAVE;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.StateKey;
import org.theseus.protocol.api.StateMap;

/**
 * A room in which quarrelsome users on bad connections send what comes to their minds, and servers
 * differ about the state; the same for the same seed.
 */
final class RandomRoom {
  private static final List<String> USERS = List.of(ALICE, BOB, CAROL, DAVE);

  private static final List<String> JOIN_RULES =
      List.of("public", "invite", "knock", "restricted", "knock_restricted");

  final TestRoom room;

  /** The states after every event, the first ones excepted. */
  final List<StateMap> states = new ArrayList<>();

  private final Random random;
  private int names;

  RandomRoom(VersionRules rules, long seed, int events) {
    this.random = new Random(seed);
    this.room = new TestRoom(rules);
    StateMap state = new TrieStateMaps().empty();
    Event create = room.create().add();
    state = after(state, create);
    state = after(state, room.join(ALICE).prev(create).authFrom(state).add());
    state = after(state, levels(ALICE).authFrom(state).add());
    state = after(state, room.joinRule(ALICE, "public").authFrom(state).add());
    for (String user : USERS.subList(1, USERS.size())) {
      state = after(state, room.join(user).authFrom(state).add());
    }
    states.add(state);
    while (states.size() < events) {
      step();
    }
    // And servers differ about what they rejected.
    room.events.keySet().stream()
        .sorted()
        .filter(id -> !id.equals(create.id()) && random.nextInt(20) == 0)
        .forEach(room.rejected::add);
  }

  /** Some states, mostly late ones, the same one perhaps twice. */
  List<StateMap> someStates() {
    List<StateMap> some = new ArrayList<>();
    for (int i = 2 + random.nextInt(3); i > 0; i--) {
      some.add(late());
    }
    return some;
  }

  private void step() {
    StateMap before =
        random.nextInt(3) > 0 ? late() : room.resolution.explain(someStates(), room).state();
    // Some servers cite what they should not have in force any more.
    StateMap cited = random.nextInt(5) > 0 ? before : pick(states);
    Event event =
        anything()
            .id((char) ('a' + random.nextInt(26)) + "-" + names++)
            .time(random.nextInt(20))
            .depth(random.nextBoolean() ? random.nextInt(5) : random.nextLong() >>> 1)
            .authFrom(cited)
            .build();
    if (!room.auth.byAuthEvents(event, room).allowed()) {
      return;
    }
    room.events.put(event.id(), event);
    boolean allowed = room.auth.byState(event, slot -> room.inForce(before, slot)).allowed();
    compareWithOracle(event, before, allowed);
    if (!allowed) {
      room.rejected.add(event.id());
      if (random.nextInt(3) > 0) {
        return;
      }
      // And some have it in force though others reject it.
    }
    states.add(after(before, event));
  }

  private void compareWithOracle(Event event, StateMap before, boolean allowed) {
    int version = Integer.parseInt(room.rules.id());
    Map<StateKey, Event> state = new HashMap<>();
    before.asMap().forEach((slot, id) -> state.put(slot, room.events.get(id)));
    assertThat(allowed)
        .isEqualTo(new AuthOracle(version, event, state, (signed, keys) -> false).allows());
  }

  private TestRoom.Draft anything() {
    String sender = pick(USERS);
    String target = pick(USERS);
    return switch (random.nextInt(12)) {
      case 0, 1 -> levels(sender);
      case 2 -> room.joinRule(sender, pick(JOIN_RULES));
      case 3 -> room.join(sender);
      case 4 -> room.member(sender, target, "leave");
      case 5 -> room.member(sender, target, "ban");
      case 6 -> room.member(sender, target, "invite");
      case 7 -> room.event(sender, EventTypes.THIRD_PARTY_INVITE).key("token");
      case 8 -> room.member(sender, sender, "knock");
      case 9 ->
          room.event(sender, EventTypes.ALIASES).key(sender.substring(sender.indexOf(':') + 1));
      case 10 -> room.event(sender, "m.room.name").key("").content("name", "" + names);
      default -> room.topic(sender, "" + names);
    };
  }

  private TestRoom.Draft levels(String sender) {
    JsonObject users = JsonObject.EMPTY;
    for (String user : USERS) {
      boolean creator = user.equals(ALICE);
      if (creator && room.rules.has(Feature.PRIVILEGED_CREATORS)) {
        continue;
      }
      users = users.with(user, TestJson.value(creator ? 100 : pick(List.of(0, 50, 50, 60, 100))));
    }
    return room.levels(sender, "users", users, "invite", pick(List.of(0, 50)));
  }

  private StateMap late() {
    return states.get(states.size() - 1 - random.nextInt(Math.min(states.size(), 12)));
  }

  private <T> T pick(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  private static StateMap after(StateMap before, Event event) {
    return event.slot().map(slot -> before.with(slot, event.id())).orElse(before);
  }

  /** Counts what a resolution could decide, so that a test can tell it was not idle. */
  static long conflicts(List<StateMap> states) {
    return states.stream()
        .flatMap(state -> state.asMap().keySet().stream())
        .distinct()
        .filter(slot -> states.stream().map(state -> of(state, slot)).distinct().count() > 1)
        .count();
  }

  private static String of(StateMap state, StateKey slot) {
    return state.get(slot).map(EventId::value).orElse("");
  }
}
