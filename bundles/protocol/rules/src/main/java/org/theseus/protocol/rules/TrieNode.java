package org.theseus.protocol.rules;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.StateKey;

/**
 * A part of a {@link TrieStateMap}. The path to a slot is the SHA-256 hash of its type and state
 * key, a step for each half byte, so that nobody can choose state keys that crowd one place; a part
 * with one entry only is a leaf, however short its path. So the shape of a trie depends on its
 * entries alone. Immutable; null stands for nothing.
 */
abstract sealed class TrieNode {
  /** The hash over all entries; null until somebody asks, and then the same whoever computes it. */
  private volatile byte[] digest;

  /** Finds an event; {@code depth} is how many steps of the path led here. */
  abstract EventId get(byte[] path, int depth, StateKey slot);

  abstract TrieNode with(byte[] path, int depth, StateKey slot, EventId event);

  /** Removes a slot that is there. */
  abstract TrieNode without(byte[] path, int depth, StateKey slot);

  /** Shows all entries. */
  abstract void forEach(BiConsumer<StateKey, EventId> visitor);

  /** The part one step further; null if there is none. */
  abstract TrieNode child(int step, int depth);

  abstract byte[] computeDigest();

  final byte[] digest() {
    byte[] known = digest;
    if (known == null) {
      known = computeDigest();
      digest = known;
    }
    return known;
  }

  /** Computes the path to a slot. */
  static byte[] path(StateKey slot) {
    return hash(slot.type(), slot.key());
  }

  /** Hashes two texts, character by character, so that no two pairs are alike. */
  private static byte[] hash(String one, String other) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Integer.BYTES + (one.length() + other.length()) * Character.BYTES);
    bytes.putInt(one.length()).asCharBuffer().put(one).put(other);
    return Sha256.of(bytes.array());
  }

  /**
   * Names the slots in which two parts of the same place differ. Hashes are computed only where
   * nothing is shared, and only once.
   */
  static void compare(TrieNode one, TrieNode other, int depth, Consumer<StateKey> visitor) {
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
    } else if (share(one, other, depth) || !Arrays.equals(one.digest(), other.digest())) {
      for (int step = 0; step < Branch.WIDTH; step++) {
        compare(one.child(step, depth), other.child(step, depth), depth + 1, visitor);
      }
    }
  }

  private static boolean share(TrieNode one, TrieNode other, int depth) {
    for (int step = 0; step < Branch.WIDTH; step++) {
      TrieNode child = one.child(step, depth);
      if (child != null && child == other.child(step, depth)) {
        return true;
      }
    }
    return false;
  }

  private static int step(byte[] path, int depth) {
    int pair = path[depth >>> 1];
    return (depth & 1) == 0 ? pair >>> 4 & 0xF : pair & 0xF;
  }

  /** One entry. */
  static final class Leaf extends TrieNode {
    private final StateKey slot;
    private final EventId event;

    Leaf(StateKey slot, EventId event) {
      this.slot = slot;
      this.event = event;
    }

    @Override
    EventId get(byte[] path, int depth, StateKey wanted) {
      return slot.equals(wanted) ? event : null;
    }

    @Override
    TrieNode with(byte[] path, int depth, StateKey added, EventId addedEvent) {
      if (slot.equals(added)) {
        return new Leaf(slot, addedEvent);
      }
      return Branch.EMPTY.put(step(path(slot), depth), this).with(path, depth, added, addedEvent);
    }

    @Override
    TrieNode without(byte[] path, int depth, StateKey removed) {
      return null;
    }

    @Override
    void forEach(BiConsumer<StateKey, EventId> visitor) {
      visitor.accept(slot, event);
    }

    @Override
    TrieNode child(int step, int depth) {
      return step(path(slot), depth) == step ? this : null;
    }

    @Override
    byte[] computeDigest() {
      byte[] path = path(slot);
      byte[] id = hash("", event.value());
      return Sha256.of(ByteBuffer.allocate(path.length + id.length).put(path).put(id).array());
    }
  }

  /** The parts for the next step, those there are, in the order of the steps. */
  static final class Branch extends TrieNode {
    static final int WIDTH = 16;
    static final Branch EMPTY = new Branch(0, new TrieNode[0]);

    private final int bitmap;
    private final TrieNode[] children;

    private Branch(int bitmap, TrieNode[] children) {
      this.bitmap = bitmap;
      this.children = children;
    }

    @Override
    EventId get(byte[] path, int depth, StateKey slot) {
      TrieNode child = child(step(path, depth), depth);
      return child == null ? null : child.get(path, depth + 1, slot);
    }

    @Override
    Branch with(byte[] path, int depth, StateKey slot, EventId event) {
      int step = step(path, depth);
      TrieNode child = child(step, depth);
      return put(
          step, child == null ? new Leaf(slot, event) : child.with(path, depth + 1, slot, event));
    }

    @Override
    Branch without(byte[] path, int depth, StateKey slot) {
      int step = step(path, depth);
      TrieNode rest = child(step, depth).without(path, depth + 1, slot);
      return put(
          step,
          rest instanceof Branch branch
                  && branch.children.length == 1
                  && branch.children[0] instanceof Leaf only
              ? only
              : rest);
    }

    @Override
    void forEach(BiConsumer<StateKey, EventId> visitor) {
      for (TrieNode child : children) {
        child.forEach(visitor);
      }
    }

    @Override
    TrieNode child(int step, int depth) {
      return (bitmap & 1 << step) == 0 ? null : children[index(step)];
    }

    @Override
    byte[] computeDigest() {
      ByteArrayOutputStream all = new ByteArrayOutputStream(Short.BYTES + children.length * 32);
      all.write(bitmap >>> Byte.SIZE);
      all.write(bitmap);
      for (TrieNode child : children) {
        all.writeBytes(child.digest());
      }
      return Sha256.of(all.toByteArray());
    }

    /** Sets a child; null removes it. */
    private Branch put(int step, TrieNode child) {
      int bit = 1 << step;
      int index = index(step);
      boolean there = (bitmap & bit) != 0;
      int gap = child == null ? 0 : 1;
      TrieNode[] changed = new TrieNode[children.length + gap - (there ? 1 : 0)];
      System.arraycopy(children, 0, changed, 0, index);
      if (child != null) {
        changed[index] = child;
      }
      int rest = index + (there ? 1 : 0);
      System.arraycopy(children, rest, changed, index + gap, children.length - rest);
      return new Branch(child == null ? bitmap & ~bit : bitmap | bit, changed);
    }

    private int index(int step) {
      return Integer.bitCount(bitmap & ((1 << step) - 1));
    }
  }
}
