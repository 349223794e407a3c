package org.theseus.protocol.rules;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.StateKey;
import org.theseus.protocol.api.StateMap;
import org.theseus.protocol.api.StateNode;
import org.theseus.protocol.api.StateRoot;

/**
 * A state map that shares what it can with the map it was made from: a trie of the same shape, and
 * the same hash at its root, for the same entries whatever their history.
 */
final class TrieStateMap implements StateMap {
  private final byte[] key;
  private final TrieBranch root;

  /** Wraps a trie whose slots are placed by a key. */
  TrieStateMap(byte[] key, TrieBranch root) {
    this.key = key;
    this.root = root;
  }

  @Override
  public Optional<EventId> get(StateKey slot) {
    return Optional.ofNullable(find(slot));
  }

  @Override
  public StateMap with(StateKey slot, EventId event) {
    SlotPath path = new SlotPath(key, slot);
    return event.equals(root.get(path, 0))
        ? this
        : new TrieStateMap(key, root.with(path, 0, event));
  }

  @Override
  public StateMap without(StateKey slot) {
    SlotPath path = new SlotPath(key, slot);
    return root.get(path, 0) == null ? this : new TrieStateMap(key, root.without(path, 0));
  }

  @Override
  public int size() {
    return root.size();
  }

  @Override
  public Map<StateKey, EventId> asMap() {
    return new View();
  }

  @Override
  public Set<StateKey> differences(StateMap other) {
    Set<StateKey> slots = new HashSet<>();
    if (other instanceof TrieStateMap map && Arrays.equals(key, map.key)) {
      TrieNode.compare(root, map.root, slots::add);
    } else {
      slots.addAll(asMap().keySet());
      slots.addAll(other.asMap().keySet());
      slots.removeIf(slot -> get(slot).equals(other.get(slot)));
    }
    return slots;
  }

  @Override
  public StateRoot root() {
    return root.root();
  }

  @Override
  public void forEachNode(Predicate<StateRoot> stored, Consumer<StateNode> writer) {
    if (!stored.test(root.root())) {
      root.forEachNode(stored, writer);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TrieStateMap map
        && (root == map.root
            || (root.size() == map.root.size()
                && root.root().equals(map.root.root())
                && Arrays.equals(key, map.key)));
  }

  @Override
  public int hashCode() {
    return root.root().hashCode();
  }

  @Override
  public String toString() {
    return asMap().toString();
  }

  private EventId find(StateKey slot) {
    return root.get(new SlotPath(key, slot), 0);
  }

  private final class View extends AbstractMap<StateKey, EventId> {
    @Override
    public EventId get(Object key) {
      return key instanceof StateKey slot ? find(slot) : null;
    }

    @Override
    public boolean containsKey(Object key) {
      return get(key) != null;
    }

    @Override
    public int size() {
      return root.size();
    }

    @Override
    public Set<Entry<StateKey, EventId>> entrySet() {
      return new AbstractSet<>() {
        @Override
        public Iterator<Entry<StateKey, EventId>> iterator() {
          List<Entry<StateKey, EventId>> entries = new ArrayList<>();
          root.forEach((slot, event) -> entries.add(Map.entry(slot, event)));
          return Collections.unmodifiableList(entries).iterator();
        }

        @Override
        public int size() {
          return root.size();
        }
      };
    }
  }
}
