package org.theseus.protocol.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.theseus.protocol.rules.TestRoom.ALICE;
import static org.theseus.protocol.rules.TestRoom.BOB;
import static org.theseus.protocol.rules.TestRoom.CAROL;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.StateMap;

/**
 * A room that forks and joins again and again: each resolution costs what the branches differ by,
 * however many there were before. Counts what is looked up, so that no test depends on the machine.
 */
class LongHistoryTest {
  private static final int FORKS = 60;

  /** What happens in a fork: the events of two branches. */
  private interface Fork {
    List<StateMap> branches(History history, StateMap before, int number);
  }

  private static final Map<String, Fork> KINDS =
      Map.of(
          "power levels of one user",
          (history, before, i) ->
              List.of(
                  history.levels(before, ALICE, 2 * i), history.levels(before, ALICE, 2 * i + 1)),
          "power levels of two users in turn",
          (history, before, i) ->
              List.of(
                  history.levels(before, i % 2 == 0 ? ALICE : BOB, 2 * i),
                  history.levels(before, i % 2 == 0 ? BOB : ALICE, 2 * i + 1)),
          "power levels that always win against others with a topic",
          (history, before, i) ->
              List.of(
                  history.levels(before, ALICE, 2 * i),
                  history.topic(history.levels(before, BOB, 2 * i + 1), BOB)),
          "power levels and topics of others in turn",
          (history, before, i) ->
              List.of(
                  history.levels(before, ALICE, i),
                  history.topic(before, i % 2 == 0 ? BOB : CAROL)),
          "power levels and members who leave",
          (history, before, i) ->
              List.of(history.levels(before, ALICE, i), history.leave(before, i)),
          "power levels and members who are banned",
          (history, before, i) -> List.of(history.levels(before, ALICE, i), history.ban(before, i)),
          "join rules and members who come",
          (history, before, i) ->
              List.of(history.joinRule(before), history.join(before, "@new" + i + ":n")));

  @TestFactory
  Stream<DynamicTest> aLongerHistoryCostsOnlyItsLength() {
    return Stream.of(VersionRules.V2, VersionRules.V11, VersionRules.V12)
        .flatMap(
            rules ->
                KINDS.entrySet().stream()
                    .map(
                        fork ->
                            DynamicTest.dynamicTest(
                                "version " + rules.id() + ", " + fork.getKey(),
                                () -> {
                                  long once = new History(rules).cost(FORKS, fork.getValue());
                                  long longer = new History(rules).cost(4 * FORKS, fork.getValue());
                                  assertThat(longer).isLessThan(once * 6);
                                })));
  }

  /** A room as it grows. */
  private static final class History {
    private final TestRoom room;
    private final MemoryEvents known = new MemoryEvents();
    private final CountingEvents counting = new CountingEvents(known);
    private StateMap state = new TrieStateMaps().empty();

    History(VersionRules rules) {
      room = new TestRoom(rules);
    }

    long cost(int forks, Fork fork) {
      Event create = room.create().add();
      known.add(create, false);
      state = state.with(create.slot().orElseThrow(), create.id());
      state = after(state, room.join(ALICE).prev(create));
      state = levels(state, ALICE, 0);
      state = joinRule(state);
      state = join(join(state, BOB), CAROL);
      for (int i = 0; i < 4 * FORKS; i++) {
        state = join(state, member(i));
      }
      for (int i = 0; i < forks; i++) {
        List<StateMap> branches = fork.branches(this, state, i);
        state = room.resolution.explain(branches, counting).state();
        assertThat(branches.get(0)).isNotEqualTo(branches.get(1));
      }
      return counting.lookups();
    }

    StateMap levels(StateMap before, String sender, int value) {
      JsonObject users = TestJson.object(BOB, 90, CAROL, 90);
      if (!room.rules.has(Feature.PRIVILEGED_CREATORS)) {
        users = users.with(ALICE, TestJson.value(100));
      }
      return after(
          before,
          room.levels(
              sender, "users", users, "events", TestJson.object("x", value % 50, "y", value / 50)));
    }

    StateMap topic(StateMap before, String sender) {
      return after(before, room.topic(sender, "of " + sender));
    }

    StateMap joinRule(StateMap before) {
      return after(before, room.joinRule(ALICE, "public"));
    }

    StateMap join(StateMap before, String user) {
      return after(before, room.join(user));
    }

    StateMap leave(StateMap before, int number) {
      return after(before, room.member(member(number), member(number), "leave"));
    }

    StateMap ban(StateMap before, int number) {
      return after(before, room.member(BOB, member(number), "ban"));
    }

    private static String member(int number) {
      return "@member" + number + ":m";
    }

    private StateMap after(StateMap before, TestRoom.Draft draft) {
      Event event = draft.authFrom(before).add();
      known.add(event, false);
      assertThat(room.auth.byState(event, slot -> room.inForce(before, slot)).allowed()).isTrue();
      return before.with(event.slot().orElseThrow(), event.id());
    }
  }
}
