package org.theseus.persistence.api;

import java.util.Objects;
import org.theseus.protocol.api.KeyId;

/**
 * A server's published signing key. The array is shared and must not be changed. Times are
 * milliseconds since the epoch.
 *
 * @param keyId its id
 * @param publicKey 32 bytes
 * @param validUntilTs until when it is good for signing, as published; for an old key its {@code
 *     expired_ts}
 * @param expired whether it is one of the old keys
 * @param fetchedTs when we were told
 */
public record StoredKey(
    KeyId keyId, byte[] publicKey, long validUntilTs, boolean expired, long fetchedTs) {
  /** Checks that all parts are there. */
  public StoredKey {
    Objects.requireNonNull(keyId);
    Objects.requireNonNull(publicKey);
  }
}
