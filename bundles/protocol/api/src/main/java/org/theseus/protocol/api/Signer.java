package org.theseus.protocol.api;

import org.osgi.annotation.versioning.ProviderType;

/**
 * A private key that signs and is not shown. Safe for many threads.
 *
 * @see <a href="https://spec.matrix.org/v1.19/appendices/#signing-details">Signing details</a>
 */
@ProviderType
public interface Signer {
  /**
   * Tells which key this is.
   *
   * @return its id
   */
  KeyId keyId();

  /**
   * Signs.
   *
   * @param message the bytes to sign
   * @return 64 bytes
   */
  byte[] sign(byte[] message);
}
