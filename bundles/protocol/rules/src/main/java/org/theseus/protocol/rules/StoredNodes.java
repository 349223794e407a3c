package org.theseus.protocol.rules;

import java.util.Optional;
import java.util.function.Function;
import org.theseus.protocol.api.StateKey;
import org.theseus.protocol.api.StateNodeException;
import org.theseus.protocol.api.StateRoot;

/**
 * The nodes of a store, none of which is believed: each must have the hash it is named by, be
 * written as we write it, hold as much as the node above says, and only what belongs to its place.
 * Therefore no node is its own ancestor, and no trie deeper than a path is long.
 *
 * @param key places the slots
 * @param supplier finds the bytes of a node
 */
record StoredNodes(byte[] key, Function<StateRoot, Optional<byte[]>> supplier) {
  /** Loads the node of a whole map. */
  TrieBranch load(StateRoot root) {
    return read(root, new byte[0]);
  }

  /** Loads the node of a part; {@code place} is the steps that led to it. */
  TrieBranch load(StateRoot root, int size, byte[] place) {
    TrieBranch branch = read(root, place);
    if (branch.size() != size) {
      throw new StateNodeException(root, "has another number of entries than it should");
    }
    return branch;
  }

  private TrieBranch read(StateRoot root, byte[] place) {
    byte[] bytes =
        supplier.apply(root).orElseThrow(() -> new StateNodeException(root, "is missing"));
    if (!StateRoot.of(Sha256.of(bytes)).equals(root)) {
      throw new StateNodeException(root, "has another hash");
    }
    TrieBranch branch =
        TrieForm.read(bytes, this, place)
            .orElseThrow(() -> new StateNodeException(root, "is malformed"));
    if (!branch.root().equals(root)) {
      throw new StateNodeException(root, "is written in another way");
    }
    return branch;
  }

  /** Tells whether a slot belongs to a place. */
  boolean belongs(StateKey slot, byte[] place) {
    return new SlotPath(key, slot).startsWith(place);
  }
}
