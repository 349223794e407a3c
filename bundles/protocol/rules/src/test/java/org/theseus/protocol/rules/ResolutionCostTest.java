package org.theseus.protocol.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.theseus.protocol.rules.TestRoom.ALICE;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.Resolution;
import org.theseus.protocol.api.StateMap;

/**
 * With an index a resolution looks at as many events as states differ by, however large the room.
 */
class ResolutionCostTest {
  @TestFactory
  Stream<DynamicTest> aLargeRoomCostsNoMoreThanASmallOne() {
    return Stream.of(VersionRules.V2, VersionRules.V11, VersionRules.V12)
        .map(
            rules ->
                DynamicTest.dynamicTest(
                    "version " + rules.id(),
                    () -> {
                      long small = lookups(rules, 100);
                      long large = lookups(rules, 5_000);
                      assertThat(small).isPositive();
                      assertThat(large).isLessThanOrEqualTo(small + small / 4);
                    }));
  }

  @TestFactory
  Stream<DynamicTest> equalStatesCostNothing() {
    return AuthCase.all().stream()
        .map(
            rules ->
                DynamicTest.dynamicTest(
                    "version " + rules.id(),
                    () -> {
                      // given the same state, made twice
                      TestRoom room = new TestRoom(rules);
                      StateMap state = after(new TrieStateMaps().empty(), room.create().add());
                      state = after(state, room.join(ALICE).authFrom(state).add());
                      StateMap again = new TrieStateMaps().of(state.asMap());
                      CountingEvents counting = new CountingEvents(room.indexed());

                      // when
                      Resolution resolution =
                          room.resolution.explain(List.of(state, again, state), counting);

                      // then
                      assertThat(resolution.state()).isSameAs(state);
                      assertThat(resolution.choices()).isEmpty();
                      assertThat(counting.lookups()).isZero();
                    }));
  }

  /** Power levels and topics that nothing in force rests on, behind both branches. */
  @TestFactory
  Stream<DynamicTest> aLongQuarrelBehindAllBranchesCostsNothing() {
    return Stream.of(VersionRules.V11, VersionRules.V12)
        .map(
            rules ->
                DynamicTest.dynamicTest(
                    "version " + rules.id(),
                    () -> {
                      long once = quarrel(rules, 100);
                      assertThat(once).isPositive();
                      assertThat(quarrel(rules, 1_000)).isLessThanOrEqualTo(once + once / 4);
                    }));
  }

  private static long quarrel(VersionRules rules, int length) {
    // given
    TestRoom room = new TestRoom(rules);
    StateMap state = after(new TrieStateMaps().empty(), room.create().add());
    state = after(state, room.join(ALICE).prev(room.get("create")).authFrom(state).add());
    state = after(state, levels(room, 0).authFrom(state).add());
    state = after(state, room.joinRule(ALICE, "public").authFrom(state).add());
    for (int i = 0; i < length; i++) {
      state = after(state, levels(room, i % 100).authFrom(state).add());
      state = after(state, room.topic(ALICE, "topic " + i).authFrom(state).add());
    }
    StateMap one = branch(room, state, 0);
    StateMap other = branch(room, state, 1);
    CountingEvents counting = new CountingEvents(room.indexed());

    // when
    room.resolution.explain(List.of(one, other), counting);

    // then
    return counting.lookups();
  }

  /** Counts what is looked up to resolve two branches of five events each. */
  private static long lookups(VersionRules rules, int members) {
    // given a room with a history of power levels, and two branches
    TestRoom room = new TestRoom(rules);
    StateMap state = after(new TrieStateMaps().empty(), room.create().add());
    state = after(state, room.join(ALICE).prev(room.get("create")).authFrom(state).add());
    state = after(state, levels(room, 0).authFrom(state).add());
    state = after(state, room.joinRule(ALICE, "public").authFrom(state).add());
    for (int i = 0; i < members; i++) {
      if (i % (members / 10) == 0) {
        state = after(state, levels(room, i).authFrom(state).add());
      }
      state = after(state, room.join(user(i)).authFrom(state).add());
    }
    StateMap one = branch(room, state, 0);
    StateMap other = branch(room, state, 1);
    CountingEvents counting = new CountingEvents(room.indexed());

    // when
    StateMap resolved = room.resolution.explain(List.of(one, other), counting).state();

    // then
    assertThat(resolved.differences(one).isEmpty() && resolved.differences(other).isEmpty())
        .isFalse();
    return counting.lookups();
  }

  private static StateMap branch(TestRoom room, StateMap from, int number) {
    StateMap state = after(from, levels(room, 10 + number).authFrom(from).add());
    state = after(state, room.member(ALICE, user(number), "ban").authFrom(state).add());
    state = after(state, room.topic(ALICE, "topic " + number).authFrom(state).add());
    state = after(state, room.member(user(2), user(2), "leave").authFrom(state).add());
    return after(state, room.join("@new:" + number).authFrom(state).add());
  }

  private static TestRoom.Draft levels(TestRoom room, int level) {
    TestRoom.Draft levels = room.levels(ALICE, "invite", level);
    return room.rules.has(Feature.PRIVILEGED_CREATORS)
        ? levels
        : levels.with("users", TestJson.object(ALICE, 100));
  }

  private static String user(int number) {
    return "@user" + number + ":b";
  }

  private static StateMap after(StateMap before, Event event) {
    return before.with(event.slot().orElseThrow(), event.id());
  }
}
