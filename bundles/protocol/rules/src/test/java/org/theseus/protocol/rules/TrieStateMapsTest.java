package org.theseus.protocol.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.StateKey;
import org.theseus.protocol.api.StateMap;

/** State maps against ordinary maps. */
class TrieStateMapsTest {
  private final TrieStateMaps maps = new TrieStateMaps();

  @Test
  void behavesAsAMapWouldThroughAnyHistory() {
    for (int seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      Map<StateKey, EventId> expected = new HashMap<>();
      StateMap map = maps.empty();
      for (int i = 0; i < 500; i++) {
        StateKey slot = slot(random.nextInt(100));
        EventId event = EventId.of("$" + random.nextInt(10));
        boolean remove = random.nextInt(3) == 0;
        if (remove) {
          expected.remove(slot);
        } else {
          expected.put(slot, event);
        }
        StateMap before = map;
        Map<StateKey, EventId> copy = new HashMap<>(before.asMap());

        map = remove ? before.without(slot) : before.with(slot, event);

        assertThat(before.asMap()).isEqualTo(copy);
        assertThat(map.asMap()).isEqualTo(expected).hasSameSizeAs(expected);
        assertThat(map.size()).isEqualTo(expected.size());
        assertThat(map.get(slot).isPresent()).isEqualTo(!remove);
      }
      assertThat(map.asMap().entrySet()).containsExactlyInAnyOrderElementsOf(expected.entrySet());
      assertThat(map).isEqualTo(maps.of(expected)).hasSameHashCodeAs(maps.of(expected));
    }
  }

  @Test
  void equalMapsHaveEqualRootsWhateverTheHistory() {
    for (int seed = 0; seed < 50; seed++) {
      // given
      Random random = new Random(seed);
      Map<StateKey, EventId> entries = new HashMap<>();
      for (int i = random.nextInt(200); i > 0; i--) {
        entries.put(slot(random.nextInt(1_000)), EventId.of("$" + random.nextInt(3)));
      }
      List<StateKey> order = new ArrayList<>(entries.keySet());
      Collections.shuffle(order, random);

      // when some of it is wrong at first, and more than there should be
      StateMap map = maps.empty();
      for (StateKey slot : order) {
        map = map.with(slot, EventId.of("$" + random.nextInt(3)));
        map = map.with(slot(random.nextInt(1_000)), EventId.of("$x"));
      }
      for (StateKey slot : List.copyOf(map.asMap().keySet())) {
        map = entries.containsKey(slot) ? map.with(slot, entries.get(slot)) : map.without(slot);
      }

      // then
      assertThat(map.asMap()).isEqualTo(entries);
      StateMap other = maps.of(entries);
      assertThat(map.root()).isEqualTo(other.root());
      StateMap more = map.with(slot(5_000), EventId.of("$1"));
      assertThat(more.root()).isNotEqualTo(other.root());
      assertThat(more).isNotEqualTo(map);
      assertThat(more.without(slot(5_000))).isEqualTo(other);
    }
  }

  @Test
  void namesTheDifferences() {
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      Map<StateKey, EventId> common = new HashMap<>();
      for (int i = random.nextInt(100); i > 0; i--) {
        common.put(slot(random.nextInt(1_000)), EventId.of("$1"));
      }
      StateMap one = changed(maps.of(common), random);
      StateMap other = changed(random.nextBoolean() ? one : maps.of(common), random);

      Set<StateKey> expected = new HashSet<>(one.asMap().keySet());
      expected.addAll(other.asMap().keySet());
      expected.removeIf(slot -> one.get(slot).equals(other.get(slot)));
      assertThat(one.differences(other)).isEqualTo(expected);
      assertThat(other.differences(one)).isEqualTo(expected);
      assertThat(one.equals(other)).isEqualTo(expected.isEmpty());
      assertThat(one.differences(one)).isEmpty();
    }
  }

  @Test
  void oddTextsAreNotMistakenForEachOther() {
    List<StateKey> odd =
        List.of(
            new StateKey("a\0b", "c"),
            new StateKey("a", "b\0c"),
            new StateKey("a", "\uD800"),
            new StateKey("a", "?"),
            new StateKey("", "a"),
            new StateKey("a", ""));
    StateMap map = maps.empty();
    for (StateKey slot : odd) {
      map = map.with(slot, EventId.of("$" + odd.indexOf(slot)));
    }
    for (StateKey slot : odd) {
      assertThat(map.get(slot)).contains(EventId.of("$" + odd.indexOf(slot)));
    }
  }

  @Test
  void emptiesAgain() {
    List<StateKey> slots = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      slots.add(slot(i));
    }
    StateMap map = maps.empty();
    for (StateKey slot : slots) {
      map = map.with(slot, EventId.of("$1"));
    }
    assertThat(map.size()).isEqualTo(2_000);
    Collections.shuffle(slots, new Random(1));
    for (StateKey slot : slots) {
      map = map.without(slot);
      assertThat(map.get(slot)).isEmpty();
    }
    assertThat(map).isEqualTo(maps.empty());
    assertThat(map.asMap()).isEmpty();
  }

  @Test
  void changesThatChangeNothingCopyNothing() {
    StateMap map = maps.empty().with(StateKey.CREATE, EventId.of("$1"));
    assertThat(map.with(StateKey.CREATE, EventId.of("$1"))).isSameAs(map);
    assertThat(map.without(StateKey.JOIN_RULES)).isSameAs(map);
  }

  @Test
  void theViewCannotBeChanged() {
    Map<StateKey, EventId> view = maps.of(Map.of(StateKey.CREATE, EventId.of("$1"))).asMap();
    assertThatThrownBy(() -> view.put(StateKey.JOIN_RULES, EventId.of("$2")))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> view.remove(StateKey.CREATE))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(view::clear).isInstanceOf(UnsupportedOperationException.class);
  }

  private static StateMap changed(StateMap map, Random random) {
    StateMap changed = map;
    for (int i = random.nextInt(4); i > 0; i--) {
      StateKey slot = slot(random.nextInt(1_000));
      changed =
          random.nextBoolean()
              ? changed.without(slot)
              : changed.with(slot, EventId.of("$" + random.nextInt(3)));
    }
    return changed;
  }

  /** A fourth of the slots have hash codes like others. */
  private static StateKey slot(int i) {
    return i % 4 == 0
        ? new StateKey("m", (i % 8 == 0 ? "Aa" : "BB") + i / 8)
        : new StateKey("m", "@" + i);
  }
}
