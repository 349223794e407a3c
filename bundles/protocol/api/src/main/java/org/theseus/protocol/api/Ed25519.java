package org.theseus.protocol.api;

import org.osgi.annotation.versioning.ProviderType;

/**
 * The one signature scheme of the protocol (RFC 8032, pure Ed25519). Safe for many threads.
 *
 * @see <a href="https://spec.matrix.org/v1.19/appendices/#signing-details">Signing details</a>
 */
@ProviderType
public interface Ed25519 {
  /**
   * Derives the public key.
   *
   * @param seed 32 bytes
   * @return 32 bytes
   */
  byte[] publicKey(byte[] seed);

  /**
   * Signs.
   *
   * @param seed 32 bytes
   * @param message the bytes to sign
   * @return 64 bytes
   */
  byte[] sign(byte[] seed, byte[] message);

  /**
   * Verifies; malformed keys and signatures are false, not errors.
   *
   * @param publicKey 32 bytes
   * @param message the bytes that were signed
   * @param signature 64 bytes
   * @return whether the signature is true
   */
  boolean verify(byte[] publicKey, byte[] message, byte[] signature);
}
