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
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.StateKey;
import org.theseus.protocol.api.StateMap;

/**
 * A state map in memory that shares what it can with the map it was made from: a trie of the same
 * shape, and the same hash at its root, for the same entries whatever their history.
 */
final class TrieStateMap implements StateMap {
  static final StateMap EMPTY = new TrieStateMap(TrieNode.Branch.EMPTY, 0);

  private final TrieNode.Branch root;
  private final int size;

  private TrieStateMap(TrieNode.Branch root, int size) {
    this.root = root;
    this.size = size;
  }

  @Override
  public Optional<EventId> get(StateKey slot) {
    return Optional.ofNullable(find(slot));
  }

  @Override
  public StateMap with(StateKey slot, EventId event) {
    byte[] path = TrieNode.path(slot);
    EventId before = root.get(path, 0, slot);
    return event.equals(before)
        ? this
        : new TrieStateMap(root.with(path, 0, slot, event), before == null ? size + 1 : size);
  }

  @Override
  public StateMap without(StateKey slot) {
    byte[] path = TrieNode.path(slot);
    return root.get(path, 0, slot) == null
        ? this
        : new TrieStateMap(root.without(path, 0, slot), size - 1);
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public Map<StateKey, EventId> asMap() {
    return new View();
  }

  @Override
  public Set<StateKey> differences(StateMap other) {
    Set<StateKey> slots = new HashSet<>();
    if (other instanceof TrieStateMap map) {
      TrieNode.compare(root, map.root, 0, slots::add);
    } else {
      slots.addAll(asMap().keySet());
      slots.addAll(other.asMap().keySet());
      slots.removeIf(slot -> get(slot).equals(other.get(slot)));
    }
    return slots;
  }

  /** The hash over all entries, the same for equal maps. */
  byte[] digest() {
    return root.digest();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TrieStateMap map
        && (root == map.root
            || (size == map.size && Arrays.equals(root.digest(), map.root.digest())));
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(root.digest());
  }

  @Override
  public String toString() {
    return asMap().toString();
  }

  private EventId find(StateKey slot) {
    return root.get(TrieNode.path(slot), 0, slot);
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
      return size;
    }

    @Override
    public Set<Entry<StateKey, EventId>> entrySet() {
      return new AbstractSet<>() {
        @Override
        public Iterator<Entry<StateKey, EventId>> iterator() {
          List<Entry<StateKey, EventId>> entries = new ArrayList<>(size);
          root.forEach((slot, event) -> entries.add(Map.entry(slot, event)));
          return Collections.unmodifiableList(entries).iterator();
        }

        @Override
        public int size() {
          return size;
        }
      };
    }
  }
}
