package org.theseus.protocol.rules;

import java.util.function.BiConsumer;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.StateKey;
import org.theseus.protocol.api.StateRoot;

/** A branch of which only its name and size are known until more is asked, and then kept. */
final class StoredBranch extends TrieNode.Tree {
  private final StoredNodes nodes;
  private final StateRoot root;
  private final int size;
  private final byte[] place;

  /** Null until somebody asks, and then alike whoever loads it. */
  private volatile TrieBranch loaded;

  /** Names a branch; {@code place} is the steps that led here. */
  StoredBranch(StoredNodes nodes, StateRoot root, int size, byte[] place) {
    this.nodes = nodes;
    this.root = root;
    this.size = size;
    this.place = place;
  }

  @Override
  int size() {
    return size;
  }

  @Override
  EventId get(SlotPath path, int depth) {
    return branch().get(path, depth);
  }

  @Override
  TrieNode with(SlotPath path, int depth, EventId event) {
    return branch().with(path, depth, event);
  }

  @Override
  TrieNode without(SlotPath path, int depth) {
    return branch().without(path, depth);
  }

  @Override
  void forEach(BiConsumer<StateKey, EventId> visitor) {
    branch().forEach(visitor);
  }

  @Override
  StateRoot root() {
    return root;
  }

  @Override
  TrieBranch branch() {
    TrieBranch known = loaded;
    if (known == null) {
      known = nodes.load(root, size, place);
      loaded = known;
    }
    return known;
  }
}
