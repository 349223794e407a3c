package org.theseus.protocol.rules;

import java.nio.ByteBuffer;
import org.theseus.protocol.api.StateKey;

/**
 * The way to a slot in a {@link TrieStateMap}: a keyed hash of its type and state key, a step for
 * each half byte. Who does not know the key cannot choose state keys that crowd one place.
 */
final class SlotPath {
  /** How many steps there are. */
  static final int LENGTH = 64;

  final StateKey slot;
  private final byte[] key;
  private final byte[] hash;

  SlotPath(byte[] key, StateKey slot) {
    this.slot = slot;
    this.key = key;
    this.hash = hash(key, slot.type(), slot.key());
  }

  /** The way to another slot of the same map. */
  SlotPath to(StateKey other) {
    return new SlotPath(key, other);
  }

  int step(int depth) {
    int pair = hash[depth >>> 1];
    return (depth & 1) == 0 ? pair >>> 4 & 0xF : pair & 0xF;
  }

  boolean startsWith(byte[] steps) {
    for (int depth = 0; depth < steps.length; depth++) {
      if (step(depth) != steps[depth]) {
        return false;
      }
    }
    return true;
  }

  /**
   * Hashes two texts, character by character, so that no two pairs are alike. Nobody is shown the
   * hash, so a key in front of them is as good as an HMAC, at half the cost.
   */
  private static byte[] hash(byte[] key, String one, String other) {
    int characters = one.length() + other.length();
    ByteBuffer bytes =
        ByteBuffer.allocate(key.length + Integer.BYTES + characters * Character.BYTES);
    bytes.put(key).putInt(one.length()).asCharBuffer().put(one).put(other);
    return Sha256.of(bytes.array());
  }
}
