package org.theseus.protocol.api;

import java.util.Optional;

/**
 * The public keys at hand when signatures are verified. Never blocks: whoever asks has fetched the
 * keys before.
 *
 * @see <a href="https://spec.matrix.org/v1.19/server-server-api/#retrieving-server-keys">Retrieving
 *     server keys</a>
 */
@FunctionalInterface
public interface VerifyKeys {
  /**
   * Looks a key up.
   *
   * @param server whose key
   * @param key which key
   * @return the key, or empty if it is not at hand
   */
  Optional<VerifyKey> key(ServerName server, KeyId key);
}
