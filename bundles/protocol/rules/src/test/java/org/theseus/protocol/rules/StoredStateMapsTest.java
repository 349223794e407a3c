package org.theseus.protocol.rules;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.StateKey;
import org.theseus.protocol.api.StateMap;
import org.theseus.protocol.api.StateMaps;
import org.theseus.protocol.api.StateNode;
import org.theseus.protocol.api.StateNodeException;
import org.theseus.protocol.api.StateRoot;

/** State maps that come from nodes. */
class StoredStateMapsTest {
  /** Nodes on the way to a slot, of rooms as large as here. */
  private static final int DEPTH = 6;

  private final StateMaps maps = new TrieStateMaps().keyed("secret".getBytes(UTF_8));
  private final Map<StateRoot, byte[]> store = new HashMap<>();
  private int loads;

  @Test
  void openedMapsBehaveAsOrdinaryMapsThroughAnyHistory() {
    for (int seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      Map<StateKey, EventId> expected = new HashMap<>();
      StateMap map = maps.empty();
      for (int i = 0; i < 300; i++) {
        StateKey slot = slot(random.nextInt(200));
        EventId event = event(random.nextInt(3));
        if (random.nextInt(3) == 0) {
          expected.remove(slot);
          map = map.without(slot);
        } else {
          expected.put(slot, event);
          map = map.with(slot, event);
        }
        if (random.nextInt(10) == 0) {
          save(map);
          map = open(map.root());
        }
        assertThat(map.size()).isEqualTo(expected.size());
        assertThat(map.get(slot)).isEqualTo(Optional.ofNullable(expected.get(slot)));
        if (random.nextInt(10) == 0) {
          StateMap fresh = maps.of(expected);
          assertThat(map.root()).isEqualTo(fresh.root());
          assertThat(map).isEqualTo(fresh).hasSameHashCodeAs(fresh);
        }
      }
      save(map);
      assertThat(open(map.root()).asMap()).isEqualTo(expected);
    }
  }

  @Test
  void namesTheDifferencesOfMapsOpenedOrNot() {
    for (int seed = 0; seed < 200; seed++) {
      // given
      Random random = new Random(seed);
      StateMap base = room(random.nextInt(100));
      save(base);
      StateMap one = changed(random.nextBoolean() ? open(base.root()) : base, random);
      StateMap other = changed(random.nextBoolean() ? open(base.root()) : one, random);
      if (random.nextBoolean()) {
        save(other);
        other = open(other.root());
      }

      // when
      Set<StateKey> differences = one.differences(other);

      // then
      Map<StateKey, EventId> theirs = other.asMap();
      Set<StateKey> expected = new HashSet<>(one.asMap().keySet());
      expected.addAll(theirs.keySet());
      Map<StateKey, EventId> mine = one.asMap();
      expected.removeIf(slot -> mine.containsKey(slot) && mine.get(slot).equals(theirs.get(slot)));
      assertThat(differences).isEqualTo(expected).isEqualTo(other.differences(one));
    }
  }

  @Test
  void loadsOnlyWhatIsOnTheWay() {
    // given
    StateMap room = room(5_000);
    save(room);
    StateMap one = room.with(slot(1), event(1)).without(slot(2)).with(slot(9_999), event(1));
    save(one);
    assertThat(store).hasSizeGreaterThan(300);

    // then: one slot
    assertThat(loadsOf(() -> assertThat(open(room.root()).size()).isEqualTo(5_000))).isEqualTo(1);
    assertThat(loadsOf(() -> assertThat(open(room.root()).get(slot(7))).contains(event(0))))
        .isBetween(2, DEPTH);
    assertThat(loadsOf(() -> open(room.root()).with(slot(7), event(1)).root())).isBetween(2, DEPTH);
    assertThat(loadsOf(() -> open(room.root()).without(slot(7)).root())).isBetween(2, DEPTH);

    // then: three differences, of two opened maps or an opened one and one in memory
    Set<StateKey> three = Set.of(slot(1), slot(2), slot(9_999));
    StateMap opened = open(room.root());
    StateMap changed = open(one.root());
    assertThat(loadsOf(() -> assertThat(opened.differences(changed)).isEqualTo(three)))
        .isBetween(2, 2 * 3 * DEPTH);
    assertThat(loadsOf(() -> assertThat(opened.differences(changed)).isEqualTo(three))).isZero();
    StateMap again = open(room.root());
    assertThat(loadsOf(() -> assertThat(again.differences(one)).isEqualTo(three)))
        .isBetween(2, 3 * DEPTH);
    assertThat(loadsOf(() -> again.differences(again.with(slot(1), event(2))))).isLessThan(DEPTH);

    // then: equal ones
    assertThat(loadsOf(() -> assertThat(open(one.root())).isEqualTo(changed))).isEqualTo(1);
    StateMap same = open(one.root());
    assertThat(loadsOf(() -> assertThat(same.differences(changed)).isEmpty())).isZero();
    assertThat(loadsOf(() -> assertThat(same.differences(maps.of(one.asMap()))).isEmpty()))
        .isZero();
  }

  @Test
  void writesWhatTheStoreLacksAndNothingElse() {
    // given
    StateMap room = room(5_000);
    save(room);
    StateMap opened = open(room.root());

    // when
    List<StateNode> written = save(opened.with(slot(1), event(1)));

    // then
    assertThat(written).hasSizeBetween(2, DEPTH);
    assertThat(save(opened.with(slot(1), event(1)))).isEmpty();
    StateRoot last = written.get(written.size() - 1).root();
    assertThat(open(last)).isEqualTo(room.with(slot(1), event(1)));

    // when another store has nothing
    Map<StateRoot, byte[]> old = Map.copyOf(store);
    store.clear();
    StateMap moved = maps.open(room.root(), root -> Optional.ofNullable(old.get(root)));
    save(moved);

    // then
    assertThat(open(room.root()).asMap()).isEqualTo(room.asMap());
  }

  @Test
  void theEmptyMapIsAMapToo() {
    save(maps.empty());
    assertThat(store).hasSize(1);
    assertThat(open(maps.empty().root())).isEqualTo(maps.empty());
    assertThat(open(maps.empty().root()).asMap()).isEmpty();
  }

  @Test
  void anyTextMakesTheRoundTrip() {
    Map<StateKey, EventId> odd =
        Map.of(
            new StateKey("a\0b", ""), event(1),
            new StateKey("", "⚓\uD83D\uDEA2\uD800"), EventId.of("\uDC00"),
            new StateKey("x".repeat(70_000), "\uFFFF".repeat(200)), event(2));
    save(maps.of(odd));
    assertThat(open(maps.of(odd).root()).asMap()).isEqualTo(odd);
  }

  @Test
  void theFormIsAsDocumented() {
    // given a map of which no key is told; SHA-256 of 00000001 006D 0061 begins with an f
    StateMap map = new TrieStateMaps().of(Map.of(new StateKey("m", "a"), EventId.of("$é")));
    List<StateNode> nodes = new ArrayList<>();

    // when
    map.forEachNode(root -> false, nodes::add);

    // then
    assertThat(nodes).hasSize(1);
    assertThat(nodes.get(0).bytes())
        .containsExactly(1, 0, 0, 0x80, 0, 1, 'm', 1, 'a', 2, '$', 0xE9, 1);
    assertThat(nodes.get(0).root()).isEqualTo(hash(nodes.get(0).bytes()));
    assertThat(nodes.get(0).root()).isEqualTo(map.root());
    assertThat(nodes.get(0).children()).isEmpty();
  }

  @Test
  void anotherKeyGivesAnotherShape() {
    // given
    StateMaps others = new TrieStateMaps().keyed("another".getBytes(UTF_8));
    StateMap map = room(1_000);
    StateMap other = others.of(map.asMap());
    save(map);

    // then
    assertThat(other).isNotEqualTo(map);
    assertThat(other.root()).isNotEqualTo(map.root());
    assertThat(other.differences(map)).isEmpty();
    assertThat(other.with(slot(1), event(1)).differences(map)).containsExactly(slot(1));
    assertThatThrownBy(() -> others.open(map.root(), this::find).get(slot(1)))
        .isInstanceOf(StateNodeException.class)
        .hasMessageEndingWith("is malformed");
  }

  @Test
  void damagedNodesAreRefused() {
    // given
    StateMap map = room(300);
    save(map);
    Map<StateRoot, byte[]> good = Map.copyOf(store);
    assertThat(good).hasSizeGreaterThan(10);
    Random random = new Random(1);

    for (Map.Entry<StateRoot, byte[]> node : good.entrySet()) {
      byte[] flipped = node.getValue().clone();
      flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
      byte[] shorter = Arrays.copyOf(flipped, random.nextInt(flipped.length));
      byte[] longer = Arrays.copyOf(node.getValue(), node.getValue().length + 1);
      // its ancestor, and so the circle that a damaged index would make
      byte[] above = good.get(map.root());
      List<byte[]> wrong = new ArrayList<>(List.of(flipped, shorter, longer));
      if (!node.getKey().equals(map.root())) {
        wrong.add(above);
      }
      for (byte[] bytes : wrong) {
        store.put(node.getKey(), bytes);
        assertRefused(map.root(), node.getKey() + " has another hash");
      }
      store.remove(node.getKey());
      assertRefused(map.root(), node.getKey() + " is missing");
      store.put(node.getKey(), node.getValue());
    }
    assertThat(open(map.root()).asMap()).isEqualTo(map.asMap());
  }

  @Test
  void lyingNodesAreRefusedThoughTheirHashesAreRight() {
    // given a node below the root's that is as it should be
    StateMap map = room(40);
    List<StateNode> nodes = save(map);
    StateNode honest = nodes.get(0);
    int leaves = ByteBuffer.wrap(honest.bytes()).getShort(3);
    int size = Integer.bitCount(leaves & 0xFFFF);
    assertThat(honest.children()).isEmpty();
    StateNode top = nodes.get(nodes.size() - 1);
    assertThat(top.children()).startsWith(honest.root());
    int step = Integer.numberOfTrailingZeros(ByteBuffer.wrap(top.bytes()).getShort(1));
    assertThat(open(lie(branch(step, honest.root(), size))).size()).isEqualTo(size);
    assertThat(open(lie(branch(step, honest.root(), size))).asMap()).hasSize(size);

    // then
    assertRefused(lie(branch(step, honest.root(), size + 1)), "has another number of entries");
    assertRefused(lie(branch(step, honest.root(), 1)), "is malformed");
    assertRefused(lie(branch(step + 1 & 15, honest.root(), size)), "is malformed");
    assertRefused(lie(new byte[0]), "is malformed");
    assertRefused(lie(new byte[] {2, 0, 0, 0, 0}), "is malformed");
    assertRefused(lie(new byte[] {1, 0, 0, 0, 0, 0}), "is written in another way");
    assertRefused(lie(new byte[] {1, 0, 0, 0}), "is malformed");
    byte[] root = top.bytes();
    for (int length = 0; length < root.length; length++) {
      assertRefused(lie(Arrays.copyOf(root, length)), "is malformed");
    }
    for (int at = 0; at < root.length; at++) {
      for (int bit = 0; bit < 8; bit++) {
        byte[] changed = root.clone();
        changed[at] ^= (byte) (1 << bit);
        openOrRefuse(lie(changed));
      }
    }
  }

  @Test
  void aTrieIsNoDeeperThanAPath() {
    // given
    save(maps.empty());
    StateRoot root = maps.empty().root();
    for (int i = 0; i < 100; i++) {
      root = lie(branch(0, root, 2));
    }
    StateRoot deep = root;

    // then
    assertThat(loadsOf(() -> assertRefused(deep, "is malformed"))).isEqualTo(SlotPath.LENGTH + 1);
  }

  private void assertRefused(StateRoot root, String reason) {
    assertThatThrownBy(() -> open(root).asMap().forEach((slot, event) -> {}))
        .isInstanceOf(StateNodeException.class)
        .hasMessageContaining(reason);
  }

  /** Whatever a changed node says, it is a map that can be written again, or refused. */
  private void openOrRefuse(StateRoot root) {
    try {
      StateMap map = open(root);
      assertThat(maps.of(map.asMap())).isEqualTo(map);
    } catch (StateNodeException refused) {
      assertThat(refused).hasMessageStartingWith("state node ");
    }
  }

  private StateMap room(int members) {
    StateMap map = maps.empty();
    for (int i = 0; i < members; i++) {
      map = map.with(slot(i), event(0));
    }
    return map;
  }

  private static StateMap changed(StateMap map, Random random) {
    StateMap changed = map;
    for (int i = random.nextInt(6); i > 0; i--) {
      StateKey slot = slot(random.nextInt(120));
      changed =
          random.nextBoolean()
              ? changed.without(slot)
              : changed.with(slot, event(random.nextInt(3)));
    }
    return changed;
  }

  private List<StateNode> save(StateMap map) {
    List<StateNode> written = new ArrayList<>();
    map.forEachNode(store::containsKey, written::add);
    for (StateNode node : written) {
      assertThat(store.keySet()).containsAll(node.children()).doesNotContain(node.root());
      store.put(node.root(), node.bytes());
    }
    return written;
  }

  private StateMap open(StateRoot root) {
    return maps.open(root, this::find);
  }

  private Optional<byte[]> find(StateRoot root) {
    loads++;
    return Optional.ofNullable(store.get(root));
  }

  private int loadsOf(Runnable action) {
    loads = 0;
    action.run();
    return loads;
  }

  /** Stores bytes under their hash. */
  private StateRoot lie(byte[] bytes) {
    store.put(hash(bytes), bytes);
    return hash(bytes);
  }

  /** A node with one node below. */
  private static byte[] branch(int step, StateRoot child, int size) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(new byte[] {1, (byte) (1 << step >>> 8), (byte) (1 << step), 0, 0});
    bytes.writeBytes(child.toBytes());
    bytes.write(size);
    return bytes.toByteArray();
  }

  private static StateRoot hash(byte[] bytes) {
    return StateRoot.of(Sha256.of(bytes));
  }

  private static StateKey slot(int i) {
    return new StateKey("m.room.member", "@user" + i + ":example.org");
  }

  private static EventId event(int i) {
    return EventId.of("$event" + i);
  }
}
