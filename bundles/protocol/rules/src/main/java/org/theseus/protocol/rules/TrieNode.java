package org.theseus.protocol.rules;

import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.StateKey;
import org.theseus.protocol.api.StateRoot;

/**
 * A part of a {@link TrieStateMap}. A part with one entry only is a leaf, however short its path,
 * so the shape of a trie depends on its entries alone. Immutable; null stands for nothing. {@code
 * depth} is always how many steps of the path led here.
 */
abstract sealed class TrieNode {
  /** Counts the entries. */
  abstract int size();

  /** Finds an event. */
  abstract EventId get(SlotPath path, int depth);

  abstract TrieNode with(SlotPath path, int depth, EventId event);

  /** Removes a slot that is there. */
  abstract TrieNode without(SlotPath path, int depth);

  /** Shows all entries. */
  abstract void forEach(BiConsumer<StateKey, EventId> visitor);

  /**
   * Names the slots in which two parts of the same place differ. Hashes are computed only where
   * nothing is shared, and only once; nodes are loaded only where parts differ.
   */
  static void compare(TrieNode one, TrieNode other, Consumer<StateKey> visitor) {
    if (one == other) {
      return;
    }
    if (one == null || other == null) {
      (one == null ? other : one).forEach((slot, event) -> visitor.accept(slot));
    } else if (one instanceof Leaf mine
        && other instanceof Leaf theirs
        && mine.slot.equals(theirs.slot)) {
      if (!mine.event.equals(theirs.event)) {
        visitor.accept(mine.slot);
      }
    } else if (one instanceof Leaf leaf) {
      compareLeaf(leaf, other, visitor);
    } else if (other instanceof Leaf leaf) {
      compareLeaf(leaf, one, visitor);
    } else if (one instanceof Tree mine && other instanceof Tree theirs && differ(mine, theirs)) {
      for (int step = 0; step < TrieBranch.WIDTH; step++) {
        compare(mine.branch().child(step), theirs.branch().child(step), visitor);
      }
    }
  }

  private static void compareLeaf(Leaf leaf, TrieNode other, Consumer<StateKey> visitor) {
    Map<StateKey, EventId> rest = new HashMap<>();
    other.forEach(rest::put);
    if (!rest.remove(leaf.slot, leaf.event)) {
      rest.put(leaf.slot, leaf.event);
    }
    rest.keySet().forEach(visitor);
  }

  /** Tells whether it is worth going on: what shares a part is not hashed to find that out. */
  private static boolean differ(Tree one, Tree other) {
    boolean share =
        one instanceof TrieBranch mine
            && other instanceof TrieBranch theirs
            && !(mine.isHashed() && theirs.isHashed())
            && mine.sharesWith(theirs);
    return share || !one.root().equals(other.root());
  }

  /** One entry. */
  static final class Leaf extends TrieNode {
    final StateKey slot;
    final EventId event;

    Leaf(StateKey slot, EventId event) {
      this.slot = slot;
      this.event = event;
    }

    @Override
    int size() {
      return 1;
    }

    @Override
    EventId get(SlotPath path, int depth) {
      return slot.equals(path.slot) ? event : null;
    }

    @Override
    TrieNode with(SlotPath path, int depth, EventId added) {
      return slot.equals(path.slot)
          ? new Leaf(slot, added)
          : TrieBranch.EMPTY.put(path.to(slot).step(depth), this).with(path, depth, added);
    }

    @Override
    TrieNode without(SlotPath path, int depth) {
      return null;
    }

    @Override
    void forEach(BiConsumer<StateKey, EventId> visitor) {
      visitor.accept(slot, event);
    }
  }

  /** Many entries, in memory or in a store. */
  abstract static sealed class Tree extends TrieNode permits TrieBranch, StoredBranch {
    /** The hash over all entries. */
    abstract StateRoot root();

    /** This part in memory, loaded if need be. */
    abstract TrieBranch branch();
  }
}
