package org.theseus.protocol.api;

import java.util.Objects;

/**
 * The id of a signing key, {@code algorithm:version}, such as {@code ed25519:a_1}.
 *
 * @param value the id as it appears on the wire
 * @see <a href="https://spec.matrix.org/v1.19/appendices/#signing-details">Signing details</a>
 */
public record KeyId(String value) implements Comparable<KeyId> {
  /** The algorithm of every key that signs events or requests. */
  public static final String ED25519 = "ed25519";

  /** Checks that there is an id; unknown algorithms are legal and skipped by whoever verifies. */
  public KeyId {
    Objects.requireNonNull(value);
  }

  /**
   * Wraps a key id.
   *
   * @param value the text of the id
   * @return the id
   */
  public static KeyId of(String value) {
    return new KeyId(value);
  }

  /**
   * Tells whether this is a key of the one algorithm in use.
   *
   * @return true for {@code ed25519:…}
   */
  public boolean isEd25519() {
    return value.startsWith(ED25519 + ":");
  }

  @Override
  public int compareTo(KeyId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
