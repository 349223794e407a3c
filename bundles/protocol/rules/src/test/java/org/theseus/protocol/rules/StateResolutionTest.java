package org.theseus.protocol.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.theseus.protocol.rules.TestRoom.ALICE;
import static org.theseus.protocol.rules.TestRoom.BOB;
import static org.theseus.protocol.rules.TestRoom.CAROL;
import static org.theseus.protocol.rules.TestRoom.DAVE;

import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.Resolution;
import org.theseus.protocol.api.Resolution.Choice;
import org.theseus.protocol.api.Resolution.Rule;
import org.theseus.protocol.api.Resolution.Trial;
import org.theseus.protocol.api.StateKey;
import org.theseus.protocol.api.StateMap;
import org.theseus.protocol.api.UserId;
import org.theseus.protocol.api.Verdict;

/**
 * What state resolution does where people disagree, by the names under which the cases are known.
 */
class StateResolutionTest {
  private static final StateKey TOPIC = new StateKey("m.room.topic", "");

  abstract static class Scenarios {
    final TestRoom room;
    StateMap base = new TrieStateMaps().empty();

    Scenarios(VersionRules rules) {
      room = new TestRoom(rules);
      add(room.create());
      add(room.join(ALICE));
      add(levels(ALICE, 50));
      add(room.joinRule(ALICE, "public"));
      add(room.join(BOB));
      add(room.topic(ALICE, "before"));
    }

    @Test
    void topicVsBan() {
      // given bob's topic while alice bans him
      Event topic = room.topic(BOB, "bob was here").authFrom(base).add();
      Event ban = room.member(ALICE, BOB, "ban").authFrom(base).add();

      // when
      StateMap resolved = resolve(after(base, topic), after(base, ban));

      // then the ban holds and the topic is the one before
      assertThat(resolved).isEqualTo(after(base, ban));
    }

    @Test
    void tellsWhatDecided() {
      // given bob's topic while alice bans him
      Event topic = room.topic(BOB, "bob was here").authFrom(base).add();
      Event ban = room.member(ALICE, BOB, "ban").authFrom(base).add();

      // when
      Resolution resolution =
          room.resolution.explain(List.of(after(base, topic), after(base, ban)), room);

      // then
      Choice member = resolution.choice(StateKey.member(UserId.of(BOB)));
      assertThat(member.event()).contains(ban.id());
      assertThat(member.rule()).isEqualTo(Rule.POWER_ORDERING);
      assertThat(member.trials()).contains(new Trial(ban.id(), Rule.POWER_ORDERING, Verdict.ALLOW));
      Choice chosen = resolution.choice(TOPIC);
      assertThat(chosen.event()).isEqualTo(base.get(TOPIC));
      assertThat(chosen.rule()).isEqualTo(Rule.MAINLINE_ORDERING);
      assertThat(chosen.trials())
          .containsExactly(
              new Trial(base.get(TOPIC).orElseThrow(), Rule.MAINLINE_ORDERING, Verdict.ALLOW),
              new Trial(
                  topic.id(), Rule.MAINLINE_ORDERING, Verdict.reject("the sender is not joined")));
      assertThat(resolution.choice(StateKey.JOIN_RULES))
          .isEqualTo(new Choice(base.get(StateKey.JOIN_RULES), Rule.AGREED, List.of()));
    }

    @Test
    void banVsPowerLevel() {
      // given bob making carol a moderator while alice bans him
      Event promotion = levels(BOB, 50, 50).authFrom(base).add();
      Event ban = room.member(ALICE, BOB, "ban").authFrom(base).add();

      // then
      assertThat(resolve(after(base, promotion), after(base, ban))).isEqualTo(after(base, ban));
    }

    @Test
    void concurrentPowerLevelsOfMoreAndLessPower() {
      // given bob promoting carol, and alice, later by the clock, demoting bob
      Event promotion = levels(BOB, 50, 50).time(1).authFrom(base).add();
      Event demotion = levels(ALICE, 0).time(2).authFrom(base).add();

      // then alice, who has more power, is heard first, and bob's change is not allowed any more
      assertThat(resolve(after(base, promotion), after(base, demotion)))
          .isEqualTo(after(base, demotion));
    }

    @Test
    void concurrentPowerLevelsThatDoNotMindEachOther() {
      // given alice giving bob less and bob giving himself nothing new
      Event first = levels(ALICE, 49).time(1).authFrom(base).add();
      Event second = levels(ALICE, 48).time(2).authFrom(base).add();

      // then the later one is in force
      assertThat(resolve(after(base, first), after(base, second))).isEqualTo(after(base, second));
    }

    @Test
    void joinRuleEvasion() {
      // given dave joining while alice closes the door
      Event closed = room.joinRule(ALICE, "invite").authFrom(base).add();
      Event join = room.join(DAVE).authFrom(base).add();

      // then
      assertThat(resolve(after(base, join), after(base, closed))).isEqualTo(after(base, closed));
    }

    @Test
    void lyingDepths() {
      // given the ban claiming to be of the beginning, the topic of the end of time
      Event topic =
          room.topic(BOB, "?").depth(Long.MAX_VALUE).time(Long.MIN_VALUE).authFrom(base).add();
      Event ban = room.member(ALICE, BOB, "ban").depth(0).authFrom(base).add();

      // then nothing changes
      assertThat(resolve(after(base, topic), after(base, ban))).isEqualTo(after(base, ban));
    }

    @Test
    void oldPowerLevelsCitedOnlyByUnconflictedMembers() {
      // given power levels on a branch that lost, in which bob had 100; carol's join cites them and
      // is in both states, as are the power levels that won, in which bob has nothing
      Event lost = levels(ALICE, 100).authFrom(base).add();
      Event won = levels(ALICE, 0).authFrom(base).add();
      Event carol = room.join(CAROL).authFrom(after(base, lost)).add();
      StateMap agreed = after(after(base, won), carol);
      Event bobs = room.topic(BOB, "bob's").authFrom(after(base, lost)).add();
      Event alices = room.topic(ALICE, "alice's").authFrom(after(base, won)).add();

      // then the lost power levels are in both full auth chains and decide nothing; were they in
      // the auth difference, they would come into force while topics are weighed, and bob would win
      assertThat(resolve(after(agreed, alices), after(agreed, bobs)))
          .isEqualTo(after(agreed, alices));
    }

    @Test
    void topicsAreWeighedByTheMainlineBeforeTheClock() {
      // given a topic after the power levels changed, said to be older than one before
      Event before = room.topic(BOB, "before").time(2).authFrom(base).add();
      Event changed = levels(ALICE, 50, 50).authFrom(base).add();
      StateMap later = after(base, changed);
      Event topic = room.topic(BOB, "after").time(1).authFrom(later).add();

      // then the one based on the later power levels is in force
      assertThat(resolve(after(base, before), after(later, topic))).isEqualTo(after(later, topic));
    }

    @Test
    void statesThatAreOneAreReturnedAsTheyAre() {
      assertThat(resolve()).isEqualTo(new TrieStateMaps().empty());
      assertThat(room.resolve(base)).isSameAs(base);
      assertThat(room.resolve(base, base)).isSameAs(base);
      assertThat(room.resolve(base, new TrieStateMaps().of(base.asMap()))).isSameAs(base);
    }

    @Test
    void whatOnlySomeStatesHaveIsConflicted() {
      // given a name that one branch has and nobody objects to
      Event name = room.event(ALICE, "m.room.name").key("").authFrom(base).add();

      // then
      assertThat(resolve(after(base, name), base)).isEqualTo(after(base, name));
    }

    @Test
    void aStateWithoutItsEventsIsAnError() {
      StateMap other = base.with(TOPIC, EventId.of("$gone"));
      assertThatThrownBy(() -> room.resolve(base, other))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("$gone");
    }

    @Test
    void aMissingAuthEventEndsItsBranch() {
      Event topic = room.topic(ALICE, "?").authFrom(base).add();
      room.events.remove(base.get(StateKey.JOIN_RULES).orElseThrow());
      Event other = room.topic(ALICE, "!").id("other").auth(List.of(EventId.of("$gone"))).add();

      assertThat(resolve(after(base, topic), after(base, other)).get(TOPIC)).contains(topic.id());
    }

    @Test
    void eventsThatCiteEachOtherEndNothing() {
      // given two power levels that no server could have made
      Event one = levels(ALICE, 1).id("one").auth(List.of(EventId.of("$two"))).add();
      Event two = levels(ALICE, 2).id("two").auth(List.of(EventId.of("$one"))).add();
      Event topic = room.topic(ALICE, "?").auth(List.of(one.id())).add();

      // then they come into no state
      StateMap resolved = room.resolve(after(base, one), after(after(base, two), topic));
      assertThat(resolved.get(StateKey.POWER_LEVELS)).isEmpty();
      assertThat(room.resolution.authChain(List.of(topic.id()), room)).contains(one.id(), two.id());
    }

    /** Power levels where alice has 100, bob and maybe carol have what is said. */
    final TestRoom.Draft levels(String sender, long bob, long... carol) {
      JsonObject users = TestJson.object(BOB, bob);
      if (!room.rules.has(Feature.PRIVILEGED_CREATORS)) {
        users = users.with(ALICE, TestJson.value(100));
      }
      for (long level : carol) {
        users = users.with(CAROL, TestJson.value(level));
      }
      return room.levels(sender, "users", users);
    }

    final Event topicOf(String sender, StateMap state) {
      return room.topic(sender, "?").authFrom(state).add();
    }

    final void add(TestRoom.Draft draft) {
      base = after(base, draft.authFrom(base).add());
    }

    final StateMap after(StateMap before, Event event) {
      return before.with(event.slot().orElseThrow(), event.id());
    }

    /** Resolves, both ways round, and with an index. */
    final StateMap resolve(StateMap... states) {
      StateMap resolved = room.resolve(states);
      for (int i = 0, j = states.length - 1; i < j; i++, j--) {
        StateMap swapped = states[i];
        states[i] = states[j];
        states[j] = swapped;
      }
      assertThat(room.resolve(states)).isEqualTo(resolved);
      assertThat(room.resolution.explain(List.of(states), room.indexed()).state())
          .isEqualTo(resolved);
      return resolved;
    }
  }

  @Nested
  class Version10 extends Scenarios {
    Version10() {
      super(VersionRules.V10);
    }
  }

  @Nested
  class Version11 extends Scenarios {
    Version11() {
      super(VersionRules.V11);
    }

    @Test
    void aChainOfFiftyThousandPowerLevels() {
      resolveAChainOfFiftyThousandPowerLevels(this);
    }

    @Test
    void netsplitWithBothSidesChangingTheAdmins() {
      // given alice and bob, equals, each making another admin while they cannot hear each other
      Event equals = levels(ALICE, 100).authFrom(base).add();
      StateMap before = after(base, equals);
      Event alices = levels(ALICE, 100, 100).time(1).authFrom(before).add();
      JsonObject users = TestJson.object(ALICE, 100, BOB, 100, DAVE, 100);
      Event bobs = room.levels(BOB, "users", users).time(2).authFrom(before).add();
      Event closed = room.joinRule(BOB, "invite").authFrom(after(before, bobs)).add();

      // when
      StateMap resolved = resolve(after(before, alices), after(after(before, bobs), closed));

      // then the earlier change holds, for bob may not take carol's power, but he may close the
      // door: that needs only the power he kept
      assertThat(resolved).isEqualTo(after(after(before, alices), closed));
    }

    @Test
    void joinsUnderAnOlderJoinRuleAreLost() {
      assertThat(resolveJoinsUnderAnOlderJoinRule(this)).isFalse();
    }

    @Test
    void theAuthChainHasTheCreateEventByItsEdges() {
      Event topic = room.topic(BOB, "?").authFrom(base).add();
      assertThat(room.resolution.authChain(List.of(topic.id()), room))
          .containsExactlyInAnyOrder(
              room.get("create").id(),
              base.get(StateKey.POWER_LEVELS).orElseThrow(),
              base.get(StateKey.JOIN_RULES).orElseThrow(),
              base.get(StateKey.member(UserId.of(ALICE))).orElseThrow(),
              base.get(StateKey.member(UserId.of(BOB))).orElseThrow());
    }
  }

  @Nested
  class Version12 extends Scenarios {
    Version12() {
      super(VersionRules.V12);
    }

    @Test
    void aChainOfFiftyThousandPowerLevels() {
      resolveAChainOfFiftyThousandPowerLevels(this);
    }

    @Test
    void joinsUnderAnOlderJoinRuleAreKept() {
      assertThat(resolveJoinsUnderAnOlderJoinRule(this)).isTrue();
    }

    @Test
    void theAuthChainHasTheCreateEventByTheRoomId() {
      Event topic = room.topic(BOB, "?").authFrom(base).add();
      assertThat(room.resolution.authChain(List.of(topic.id()), room))
          .hasSize(5)
          .contains(room.get("create").id());
      assertThat(room.resolution.authChain(List.of(room.get("create").id()), room)).isEmpty();
      assertThat(room.resolution.authChain(List.of(EventId.of("$gone")), room)).isEmpty();
    }
  }

  /** A chain that would overflow the stack of whoever walked it by recursion. */
  private static void resolveAChainOfFiftyThousandPowerLevels(Scenarios given) {
    StateMap before = given.after(given.base, given.topicOf(BOB, given.base));
    StateMap state = given.base;
    for (int i = 0; i < 50_000; i++) {
      state = given.after(state, given.levels(ALICE, 50 + i % 2).authFrom(state).add());
    }
    state = given.after(state, given.topicOf(BOB, state));

    assertThat(given.room.resolve(before, state)).isEqualTo(state);
    assertThat(given.room.resolution.authChain(state.asMap().values(), given.room))
        .hasSizeGreaterThan(50_000);
  }

  /**
   * The state reset that version 2.1 mends: the room was public when dave joined, once on each side
   * of a split; by now both sides agree that it is closed. Version 2 judges both joins by the join
   * rule of today and drops dave; version 2.1 judges them by what they cite.
   *
   * @return whether dave is still joined
   */
  private static boolean resolveJoinsUnderAnOlderJoinRule(Scenarios given) {
    Event one = given.room.join(DAVE).authFrom(given.base).add();
    Event two = given.room.join(DAVE).authFrom(given.base).add();
    Event closed = given.room.joinRule(ALICE, "invite").authFrom(given.base).add();
    StateMap agreed = given.after(given.base, closed);
    StateMap resolved = given.resolve(given.after(agreed, one), given.after(agreed, two));
    assertThat(resolved.without(StateKey.member(UserId.of(DAVE)))).isEqualTo(agreed);
    return resolved.get(StateKey.member(UserId.of(DAVE))).isPresent();
  }
}
