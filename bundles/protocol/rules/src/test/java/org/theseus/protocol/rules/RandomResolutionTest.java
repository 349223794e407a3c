package org.theseus.protocol.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.Resolution;
import org.theseus.protocol.api.Resolution.Choice;
import org.theseus.protocol.api.Resolution.Rule;
import org.theseus.protocol.api.Resolution.Trial;
import org.theseus.protocol.api.StateKey;
import org.theseus.protocol.api.StateMap;

/**
 * Random rooms, resolved by the rules and by the oracle. More of them with {@code
 * -Dtheseus.seeds=1000}.
 */
class RandomResolutionTest {
  private static final int SEEDS = Integer.getInteger("theseus.seeds", 10);
  private static final int EVENTS = 60;
  private static final int RESOLUTIONS = 10;

  private static final List<String> KINDS =
      List.of(
          "m.room.aliases",
          "m.room.join_rules",
          "m.room.member ban",
          "m.room.member invite",
          "m.room.member invite by third party",
          "m.room.member join",
          "m.room.member join authorised",
          "m.room.member leave",
          "m.room.message",
          "m.room.own",
          "m.room.power_levels",
          "m.room.redaction",
          "m.room.third_party_invite",
          "m.room.topic");

  @TestFactory
  Stream<DynamicTest> resolvesAsTheOracle() {
    return AuthCase.all().stream()
        .flatMap(
            rules ->
                LongStream.range(0, SEEDS)
                    .mapToObj(
                        seed ->
                            DynamicTest.dynamicTest(
                                "version " + rules.id() + ", seed " + seed,
                                () -> resolvesAsTheOracle(rules, seed))));
  }

  @TestFactory
  Stream<DynamicTest> allKindsOfEventsAreAllowedAndRefused() {
    return AuthCase.all().stream()
        .map(
            rules ->
                DynamicTest.dynamicTest(
                    "version " + rules.id(),
                    () -> {
                      Set<String> verdicts = new TreeSet<>();
                      for (long seed = 0; seed < 25; seed++) {
                        verdicts.addAll(new RandomRoom(rules, seed, EVENTS).verdicts);
                      }
                      List<String> kinds = new ArrayList<>(KINDS);
                      if (rules.has(Feature.KNOCKING)) {
                        kinds.add("m.room.member knock");
                      }
                      assertThat(verdicts)
                          .containsAll(kinds.stream().map(kind -> kind + " allowed").toList())
                          .containsAll(kinds.stream().map(kind -> kind + " refused").toList());
                    }));
  }

  private static void resolvesAsTheOracle(VersionRules rules, long seed) {
    // given
    RandomRoom random = new RandomRoom(rules, seed, EVENTS);
    MemoryEvents indexed = random.room.indexed();
    long conflicts = 0;
    for (int i = 0; i < RESOLUTIONS; i++) {
      List<StateMap> states = random.someStates();
      conflicts += RandomRoom.conflicts(states);

      // when
      Resolution resolution = random.room.resolution.explain(states, random.room);

      // then
      StateMap resolved = resolution.state();
      assertThat(resolved.asMap()).isEqualTo(oracle(random.room, states));
      List<StateMap> shuffled = new ArrayList<>(states);
      shuffled.add(states.get(0));
      Collections.shuffle(shuffled, new Random(seed));
      assertThat(random.room.resolution.explain(shuffled, random.room)).isEqualTo(resolution);
      assertThat(random.room.resolution.explain(states, indexed)).isEqualTo(resolution);
      resolution.choices().forEach((slot, choice) -> assertExplains(resolved, slot, choice));
    }
    assertThat(conflicts).isPositive();
  }

  private static Map<StateKey, EventId> oracle(TestRoom room, List<StateMap> states) {
    List<Map<StateKey, EventId>> maps = states.stream().map(StateMap::asMap).toList();
    return room.rules.resolution() == ResolutionAlgorithm.V1
        ? new FirstResolutionOracle(room).resolve(maps)
        : new ResolutionOracle(room).resolve(maps);
  }

  private static void assertExplains(StateMap resolved, StateKey slot, Choice choice) {
    assertThat(choice.event()).isEqualTo(resolved.get(slot));
    if (choice.rule() == Rule.UNDISPUTED) {
      assertThat(choice.trials()).isEmpty();
    } else if (choice.rule() == Rule.LEAST_DEPTH) {
      assertThat(choice.trials()).noneMatch(trial -> trial.verdict().allowed());
    } else if (choice.rule() != Rule.AGREED) {
      Optional<EventId> last =
          choice.trials().stream()
              .filter(trial -> trial.verdict().allowed())
              .reduce((one, next) -> next)
              .map(Trial::event);
      assertThat(choice.event()).isEqualTo(last);
      assertThat(choice.rule() == Rule.NONE_ALLOWED).isEqualTo(last.isEmpty());
    }
  }
}
