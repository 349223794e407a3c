package org.theseus.transport.keys;

import org.theseus.protocol.api.Ed25519;
import org.theseus.protocol.api.KeyId;
import org.theseus.protocol.api.Signer;

/** Signs with a seed, which it does not show. */
final class SeedSigner implements Signer {
  private final KeyId keyId;
  private final byte[] seed;
  private final Ed25519 ed25519;

  SeedSigner(KeyId keyId, byte[] seed, Ed25519 ed25519) {
    this.keyId = keyId;
    this.seed = seed.clone();
    this.ed25519 = ed25519;
  }

  byte[] publicKey() {
    return ed25519.publicKey(seed);
  }

  @Override
  public KeyId keyId() {
    return keyId;
  }

  @Override
  public byte[] sign(byte[] message) {
    return ed25519.sign(seed, message);
  }
}
