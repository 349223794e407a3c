package org.theseus.protocol.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
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

  /** A fourth of the slots collide with others in the whole hash, others in parts of it. */
  private static StateKey slot(int i) {
    return i % 4 == 0
        ? new StateKey("m", (i % 8 == 0 ? "Aa" : "BB") + i / 8)
        : new StateKey("m", "@" + i);
  }
}
