package org.theseus.protocol.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.theseus.protocol.rules.TestRoom.ALICE;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.StateKey;
import org.theseus.protocol.api.StateMap;

/**
 * A room in which quarrelsome users on bad connections send what comes to their minds, and servers
 * differ about the state; the same for the same seed. Whatever is judged is judged by the oracle,
 * too.
 */
final class RandomRoom {
  final TestRoom room;

  /** The states after every event, the first ones excepted. */
  final List<StateMap> states = new ArrayList<>();

  /** What was allowed and refused by states so far, as in "m.room.member ban refused". */
  final Set<String> verdicts = new TreeSet<>();

  private final Random random;
  private final RandomDrafts drafts;
  private final OracleRoom oracle;

  RandomRoom(VersionRules rules, long seed, int events) {
    this.random = new Random(seed);
    this.room = new TestRoom(rules);
    this.oracle = new OracleRoom(room);
    this.drafts = new RandomDrafts(room, random);
    StateMap state = new TrieStateMaps().empty();
    Event create = drafts.create().add();
    state = after(state, create);
    state = after(state, room.join(ALICE).prev(create).authFrom(state).add());
    state = after(state, drafts.levels(ALICE).authFrom(state).add());
    state = after(state, room.joinRule(ALICE, "public").authFrom(state).add());
    for (String user : RandomDrafts.USERS.subList(1, RandomDrafts.USERS.size())) {
      Event join = room.join(user).authFrom(state).build();
      if (room.auth.byAuthEvents(join, room).allowed()) {
        room.events.put(join.id(), join);
        state = after(state, join);
      }
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
    StateMap cited = random.nextInt(5) > 0 ? before : drafts.pick(states);
    TestRoom.Draft draft = drafts.any().authFrom(cited);
    if (random.nextInt(10) == 0) {
      drafts.spoilCitations(draft);
    }
    Event event = draft.build();
    boolean cites = room.auth.byAuthEvents(event, room).allowed();
    assertThat(cites).as("%s", event).isEqualTo(oracle.allowsByAuthEvents(event));
    boolean allowed = judge(event, before);
    if (!cites) {
      return;
    }
    room.events.put(event.id(), event);
    if (!allowed) {
      room.rejected.add(event.id());
      if (random.nextInt(3) > 0) {
        return;
      }
      // And some have it in force though others reject it.
    }
    states.add(after(before, event));
  }

  private boolean judge(Event event, StateMap before) {
    boolean allowed = room.auth.byState(event, slot -> room.inForce(before, slot)).allowed();
    Map<StateKey, Event> state = new HashMap<>();
    before.asMap().forEach((slot, id) -> state.put(slot, room.events.get(id)));
    assertThat(allowed).as("%s", event).isEqualTo(oracle.allows(event, state));
    verdicts.add(kind(event) + (allowed ? " allowed" : " refused"));
    compareRedaction(event, before, state);
    return allowed;
  }

  private void compareRedaction(Event event, StateMap before, Map<StateKey, Event> state) {
    Event target = event.redacts().map(room.events::get).orElse(null);
    if (target != null) {
      assertThat(room.auth.redactionApplies(event, target, slot -> room.inForce(before, slot)))
          .isEqualTo(oracle.redactionApplies(event, target, state));
    }
  }

  private static String kind(Event event) {
    String membership = event.content().string("membership").map(" "::concat).orElse("");
    return event.type()
        + membership
        + (event.content().has("third_party_invite") ? " by third party" : "")
        + (event.content().has("join_authorised_via_users_server") ? " authorised" : "");
  }

  private StateMap late() {
    return states.get(states.size() - 1 - random.nextInt(Math.min(states.size(), 12)));
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
