package org.theseus.protocol.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.theseus.protocol.rules.TestRoom.ALICE;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.StateKey;
import org.theseus.protocol.api.Verdict;

/**
 * A line of the tables the auth rules are tested by: what is judged, in which versions, and how.
 */
final class AuthCase {
  private static final List<VersionRules> VERSIONS =
      List.of(
          VersionRules.V1,
          VersionRules.V2,
          VersionRules.V3,
          VersionRules.V4,
          VersionRules.V5,
          VersionRules.V6,
          VersionRules.V7,
          VersionRules.V8,
          VersionRules.V9,
          VersionRules.V10,
          VersionRules.V11,
          VersionRules.V12);

  private AuthCase() {}

  static List<VersionRules> all() {
    return VERSIONS;
  }

  static List<VersionRules> since(int version) {
    return VERSIONS.subList(version - 1, VERSIONS.size());
  }

  static List<VersionRules> until(int version) {
    return VERSIONS.subList(0, version);
  }

  static List<VersionRules> only(int from, int to) {
    return VERSIONS.subList(from - 1, to);
  }

  static Stream<DynamicTest> allowed(
      String name, List<VersionRules> versions, Function<Scene, Event> event) {
    return tests(name, versions, event, Verdict.ALLOW);
  }

  static Stream<DynamicTest> refused(
      String reason, String name, List<VersionRules> versions, Function<Scene, Event> event) {
    return tests(name, versions, event, Verdict.reject(reason));
  }

  private static Stream<DynamicTest> tests(
      String name, List<VersionRules> versions, Function<Scene, Event> event, Verdict expected) {
    return versions.stream()
        .map(
            version ->
                DynamicTest.dynamicTest(
                    name + " (" + version.id() + ")",
                    () -> {
                      Scene scene = new Scene(version);
                      assertThat(scene.judge(event.apply(scene))).isEqualTo(expected);
                    }));
  }

  /** A room of alice, its creator, with a state in which something is judged. */
  static final class Scene {
    final TestRoom room;
    final Map<StateKey, Event> state = new HashMap<>();

    Scene(VersionRules version) {
      room = new TestRoom(version);
      put(room.create());
      put(room.join(ALICE));
    }

    /** Puts an event into the state without asking whether it may be there. */
    Scene put(TestRoom.Draft draft) {
      Event event = draft.add();
      state.put(event.slot().orElseThrow(), event);
      return this;
    }

    Scene without(StateKey slot) {
      state.remove(slot);
      return this;
    }

    Scene is(String user, String membership) {
      return put(room.member(user, user, membership));
    }

    Scene joinRule(String rule) {
      return put(room.joinRule(ALICE, rule));
    }

    Scene levels(Object... content) {
      return put(room.levels(ALICE, content));
    }

    /** Gives a user a level and leaves the rest to the defaults. */
    Scene level(String user, long level) {
      return levels("users", TestJson.object(user, level));
    }

    Event get(StateKey slot) {
      return state.get(slot);
    }

    /**
     * Judges, and holds the rules to what they may look at: the create event and the auth slots.
     */
    Verdict judge(Event event) {
      Set<StateKey> slots =
          new HashSet<>(
              room.auth.authSlots(event.type(), event.stateKey(), event.sender(), event.content()));
      slots.add(StateKey.CREATE);
      return room.auth.byState(
          event,
          slot -> {
            assertThat(slots).contains(slot);
            return Optional.ofNullable(state.get(slot));
          });
    }
  }
}
