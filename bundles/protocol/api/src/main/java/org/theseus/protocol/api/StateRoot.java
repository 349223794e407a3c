package org.theseus.protocol.api;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * The name of a {@link StateNode}, and so of a {@link StateMap} or a part of one: the SHA-256 hash
 * of the node's bytes, which name the nodes below. Maps of the same {@link StateMaps} have the same
 * root if, and only if, they have the same entries, whatever their history. Immutable.
 *
 * <p>Ours: the specification does not say how a state is kept.
 */
public final class StateRoot {
  /** Bytes of a root. */
  public static final int LENGTH = 32;

  private final byte[] hash;

  private StateRoot(byte[] hash) {
    this.hash = hash;
  }

  /**
   * Wraps a hash.
   *
   * @param hash its bytes
   * @return the root
   * @throws IllegalArgumentException if it has not {@link #LENGTH} bytes
   */
  public static StateRoot of(byte[] hash) {
    if (hash.length != LENGTH) {
      throw new IllegalArgumentException("a state root has " + LENGTH + " bytes");
    }
    return new StateRoot(hash.clone());
  }

  /**
   * Shows the hash.
   *
   * @return a copy of its bytes
   */
  public byte[] toBytes() {
    return hash.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof StateRoot root && Arrays.equals(hash, root.hash);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(hash);
  }

  /** Shows the hash in hexadecimal digits. */
  @Override
  public String toString() {
    return HexFormat.of().formatHex(hash);
  }
}
