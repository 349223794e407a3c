package org.theseus.protocol.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.StateKey;
import org.theseus.protocol.api.StateNode;
import org.theseus.protocol.api.StateRoot;

/** The parts for the next step, those there are, in the order of the steps. */
final class TrieBranch extends TrieNode.Tree {
  static final int WIDTH = 16;
  static final TrieBranch EMPTY = new TrieBranch(0, new TrieNode[0], 0);

  private final int bitmap;
  private final TrieNode[] children;
  private final int size;

  /** Null until somebody asks, and then the same whoever computes it. */
  private volatile StateRoot root;

  private TrieBranch(int bitmap, TrieNode[] children, int size) {
    this.bitmap = bitmap;
    this.children = children;
    this.size = size;
  }

  @Override
  int size() {
    return size;
  }

  @Override
  EventId get(SlotPath path, int depth) {
    TrieNode child = child(path.step(depth));
    return child == null ? null : child.get(path, depth + 1);
  }

  @Override
  TrieBranch with(SlotPath path, int depth, EventId event) {
    int step = path.step(depth);
    TrieNode child = child(step);
    return put(
        step,
        child == null ? new TrieNode.Leaf(path.slot, event) : child.with(path, depth + 1, event));
  }

  @Override
  TrieBranch without(SlotPath path, int depth) {
    int step = path.step(depth);
    TrieNode rest = child(step).without(path, depth + 1);
    return put(
        step, rest instanceof TrieBranch branch && branch.size == 1 ? branch.children[0] : rest);
  }

  @Override
  void forEach(BiConsumer<StateKey, EventId> visitor) {
    for (TrieNode child : children) {
      child.forEach(visitor);
    }
  }

  @Override
  StateRoot root() {
    StateRoot known = root;
    if (known == null) {
      known = StateRoot.of(Sha256.of(TrieForm.write(this)));
      root = known;
    }
    return known;
  }

  boolean isHashed() {
    return root != null;
  }

  @Override
  TrieBranch branch() {
    return this;
  }

  /** The part at a step; null if there is none. */
  TrieNode child(int step) {
    return (bitmap & 1 << step) == 0 ? null : children[index(step)];
  }

  boolean sharesWith(TrieBranch other) {
    for (int step = 0; step < WIDTH; step++) {
      TrieNode child = child(step);
      if (child != null && child == other.child(step)) {
        return true;
      }
    }
    return false;
  }

  /** Sets a child; null removes it. */
  TrieBranch put(int step, TrieNode child) {
    int bit = 1 << step;
    int index = index(step);
    int there = (bitmap & bit) == 0 ? 0 : 1;
    int gap = child == null ? 0 : 1;
    TrieNode[] changed = new TrieNode[children.length + gap - there];
    System.arraycopy(children, 0, changed, 0, index);
    int others = size - (there == 0 ? 0 : children[index].size());
    if (child != null) {
      changed[index] = child;
      others += child.size();
    }
    int rest = index + there;
    System.arraycopy(children, rest, changed, index + gap, children.length - rest);
    return new TrieBranch(child == null ? bitmap & ~bit : bitmap | bit, changed, others);
  }

  /** See {@link org.theseus.protocol.api.StateMap#forEachNode}. */
  void forEachNode(Predicate<StateRoot> stored, Consumer<StateNode> writer) {
    List<StateRoot> below = new ArrayList<>();
    for (TrieNode child : children) {
      if (child instanceof TrieNode.Tree tree) {
        below.add(tree.root());
        if (!stored.test(tree.root())) {
          tree.branch().forEachNode(stored, writer);
        }
      }
    }
    writer.accept(new StateNode(root(), below, TrieForm.write(this)));
  }

  private int index(int step) {
    return Integer.bitCount(bitmap & ((1 << step) - 1));
  }
}
