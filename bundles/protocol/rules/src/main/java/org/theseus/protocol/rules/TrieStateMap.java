package org.theseus.protocol.rules;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.StateKey;
import org.theseus.protocol.api.StateMap;

/**
 * A state map in memory that shares what it can with the map it was made from: a trie over the
 * hashes of the slots, of the same shape for the same entries whatever their history.
 */
final class TrieStateMap implements StateMap {
  static final StateMap EMPTY = new TrieStateMap(new Branch(0, new Node[0]), 0);

  private static final int BITS = 5;
  private static final int MASK = (1 << BITS) - 1;

  /** A part of the trie; {@code shift} is how many bits of the hash the branches above used up. */
  private sealed interface Node {
    EventId get(int hash, int shift, StateKey slot);

    Node with(int hash, int shift, StateKey slot, EventId event);

    /** Null if nothing is left. */
    Node without(int hash, int shift, StateKey slot);
  }

  /** The entries of one hash, nearly always one entry. */
  private record Leaf(int hash, Map<StateKey, EventId> entries) implements Node {
    @Override
    public EventId get(int wanted, int shift, StateKey slot) {
      return entries.get(slot);
    }

    @Override
    public Node with(int added, int shift, StateKey slot, EventId event) {
      if (added != hash) {
        Branch branch = new Branch(1 << (hash >>> shift & MASK), new Node[] {this});
        return branch.with(added, shift, slot, event);
      }
      Map<StateKey, EventId> changed = new HashMap<>(entries);
      changed.put(slot, event);
      return new Leaf(hash, Map.copyOf(changed));
    }

    @Override
    public Node without(int removed, int shift, StateKey slot) {
      Map<StateKey, EventId> changed = new HashMap<>(entries);
      changed.remove(slot);
      return changed.isEmpty() ? null : new Leaf(hash, Map.copyOf(changed));
    }
  }

  /** The parts for the next bits of the hash, those there are, in the order of the bits. */
  private static final class Branch implements Node {
    private final int bitmap;
    private final Node[] children;

    Branch(int bitmap, Node[] children) {
      this.bitmap = bitmap;
      this.children = children;
    }

    @Override
    public EventId get(int hash, int shift, StateKey slot) {
      int bit = bit(hash, shift);
      return (bitmap & bit) == 0 ? null : children[index(bit)].get(hash, shift + BITS, slot);
    }

    @Override
    public Branch with(int hash, int shift, StateKey slot, EventId event) {
      int bit = bit(hash, shift);
      int index = index(bit);
      if ((bitmap & bit) != 0) {
        return replace(index, children[index].with(hash, shift + BITS, slot, event));
      }
      Node[] more = new Node[children.length + 1];
      System.arraycopy(children, 0, more, 0, index);
      more[index] = new Leaf(hash, Map.of(slot, event));
      System.arraycopy(children, index, more, index + 1, children.length - index);
      return new Branch(bitmap | bit, more);
    }

    @Override
    public Branch without(int hash, int shift, StateKey slot) {
      int bit = bit(hash, shift);
      int index = index(bit);
      Node changed = children[index].without(hash, shift + BITS, slot);
      if (changed instanceof Branch branch
          && branch.children.length == 1
          && branch.children[0] instanceof Leaf only) {
        return replace(index, only);
      }
      if (changed != null) {
        return replace(index, changed);
      }
      Node[] fewer = Arrays.copyOf(children, children.length - 1);
      System.arraycopy(children, index + 1, fewer, index, fewer.length - index);
      return new Branch(bitmap & ~bit, fewer);
    }

    private Branch replace(int index, Node child) {
      Node[] changed = children.clone();
      changed[index] = child;
      return new Branch(bitmap, changed);
    }

    private static int bit(int hash, int shift) {
      return 1 << (hash >>> shift & MASK);
    }

    private int index(int bit) {
      return Integer.bitCount(bitmap & (bit - 1));
    }
  }

  /** Walks the trie; no deeper than the hash is long. */
  private static final class Walk implements Iterator<Map.Entry<StateKey, EventId>> {
    private final Deque<Node> open = new ArrayDeque<>();
    private Iterator<Map.Entry<StateKey, EventId>> leaf = Collections.emptyIterator();

    Walk(Node root) {
      open.push(root);
    }

    @Override
    public boolean hasNext() {
      while (!leaf.hasNext() && !open.isEmpty()) {
        Node node = open.pop();
        if (node instanceof Branch branch) {
          List.of(branch.children).forEach(open::push);
        } else if (node instanceof Leaf next) {
          leaf = next.entries().entrySet().iterator();
        }
      }
      return leaf.hasNext();
    }

    @Override
    public Map.Entry<StateKey, EventId> next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return leaf.next();
    }
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
          return new Walk(root);
        }

        @Override
        public int size() {
          return size;
        }
      };
    }
  }

  private final Branch root;
  private final int size;

  private TrieStateMap(Branch root, int size) {
    this.root = root;
    this.size = size;
  }

  @Override
  public Optional<EventId> get(StateKey slot) {
    return Optional.ofNullable(find(slot));
  }

  @Override
  public StateMap with(StateKey slot, EventId event) {
    EventId before = find(slot);
    return event.equals(before)
        ? this
        : new TrieStateMap(
            root.with(slot.hashCode(), 0, slot, event), before == null ? size + 1 : size);
  }

  @Override
  public StateMap without(StateKey slot) {
    return find(slot) == null
        ? this
        : new TrieStateMap(root.without(slot.hashCode(), 0, slot), size - 1);
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
  public boolean equals(Object other) {
    return this == other
        || (other instanceof StateMap map && size == map.size() && asMap().equals(map.asMap()));
  }

  @Override
  public int hashCode() {
    return asMap().hashCode();
  }

  @Override
  public String toString() {
    return asMap().toString();
  }

  private EventId find(StateKey slot) {
    return root.get(slot.hashCode(), 0, slot);
  }
}
