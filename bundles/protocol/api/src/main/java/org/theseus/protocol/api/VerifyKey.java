package org.theseus.protocol.api;

import java.util.Objects;

/**
 * A server's public key and the time it is good for. The array is shared and must not be changed.
 *
 * @param publicKey 32 bytes of Ed25519
 * @param validUntilTs until when events may be signed by it, in milliseconds since the epoch: the
 *     smaller of what the server published and seven days from when it was fetched; {@link
 *     Long#MAX_VALUE} if no such limit applies
 * @param expired whether this is one of the server's old keys; then {@code validUntilTs} is its
 *     {@code expired_ts}
 * @see <a href="https://spec.matrix.org/v1.19/server-server-api/#retrieving-server-keys">Retrieving
 *     server keys</a>
 * @see <a href="https://spec.matrix.org/v1.19/rooms/v5/#signing-key-validity-period">Signing key
 *     validity period</a>
 */
@SuppressWarnings("ArrayRecordComponent") // a copy for every verification would be wasted
public record VerifyKey(byte[] publicKey, long validUntilTs, boolean expired) {
  /** The length of an Ed25519 public key in bytes. */
  public static final int LENGTH = 32;

  /** Checks the length. */
  public VerifyKey {
    Objects.requireNonNull(publicKey);
    if (publicKey.length != LENGTH) {
      throw new IllegalArgumentException(
          "an Ed25519 public key has 32 bytes, not " + publicKey.length);
    }
  }
}
