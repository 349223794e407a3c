package org.theseus.protocol.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.theseus.protocol.rules.TestRoom.ALICE;

import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.theseus.protocol.api.AuthIndex;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.EventSource;
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
                      assertThat(large).isLessThanOrEqualTo(small + small / 10);
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
                      Counting counting = new Counting(room.indexed(), new AtomicLong());

                      // when
                      Resolution resolution =
                          room.resolution.explain(List.of(state, again, state), counting);

                      // then
                      assertThat(resolution.state()).isSameAs(state);
                      assertThat(resolution.choices()).isEmpty();
                      assertThat(counting.lookups()).hasValue(0);
                    }));
  }

  /** Power levels and topics that nothing in force rests on, in both branches. */
  @TestFactory
  Stream<DynamicTest> aLongQuarrelIsWalkedThroughOnce() {
    return Stream.of(VersionRules.V11, VersionRules.V12)
        .map(
            rules ->
                DynamicTest.dynamicTest(
                    "version " + rules.id(),
                    () -> {
                      long once = quarrel(rules, 500);
                      assertThat(once).isGreaterThan(500);
                      assertThat(quarrel(rules, 1_000)).isLessThan(once * 5 / 2);
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
      state = after(state, levels(room, i).authFrom(state).add());
      state = after(state, room.topic(ALICE, "topic " + i).authFrom(state).add());
    }
    StateMap one = branch(room, state, 0);
    StateMap other = branch(room, state, 1);
    Counting counting = new Counting(room.indexed(), new AtomicLong());

    // when
    room.resolution.explain(List.of(one, other), counting);

    // then
    return counting.lookups().get();
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
    Counting counting = new Counting(room.indexed(), new AtomicLong());

    // when
    StateMap resolved = room.resolution.explain(List.of(one, other), counting).state();

    // then
    assertThat(resolved.differences(one).isEmpty() && resolved.differences(other).isEmpty())
        .isFalse();
    return counting.lookups().get();
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

  /** Counts events that are found and names that are given. */
  private record Counting(MemoryEvents events, AtomicLong lookups)
      implements EventSource, AuthIndex {
    @Override
    public Optional<Judged> find(EventId id) {
      lookups.incrementAndGet();
      return events.find(id);
    }

    @Override
    public Optional<AuthIndex> authIndex() {
      return Optional.of(this);
    }

    @Override
    public int rank(EventId event) {
      lookups.incrementAndGet();
      return events.rank(event);
    }

    @Override
    public Iterable<EventId> citing(EventId event) {
      Iterable<EventId> all = events.citing(event);
      return () ->
          new Iterator<>() {
            private final Iterator<EventId> rest = all.iterator();

            @Override
            public boolean hasNext() {
              return rest.hasNext();
            }

            @Override
            public EventId next() {
              lookups.incrementAndGet();
              return rest.next();
            }
          };
    }
  }
}
