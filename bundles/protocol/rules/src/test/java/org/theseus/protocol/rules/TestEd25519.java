package org.theseus.protocol.rules;

import java.util.Arrays;
import org.theseus.protocol.api.Ed25519;

/** A signature scheme for tests: the signature is the key and the hash of key and message. */
final class TestEd25519 implements Ed25519 {
  int verifications;

  @Override
  public byte[] publicKey(byte[] seed) {
    return Sha256.of(seed);
  }

  @Override
  public byte[] sign(byte[] seed, byte[] message) {
    byte[] key = publicKey(seed);
    byte[] both = Arrays.copyOf(key, key.length + message.length);
    System.arraycopy(message, 0, both, key.length, message.length);
    byte[] signature = Arrays.copyOf(key, 64);
    System.arraycopy(Sha256.of(both), 0, signature, 32, 32);
    return signature;
  }

  @Override
  public boolean verify(byte[] publicKey, byte[] message, byte[] signature) {
    verifications++;
    byte[] both = Arrays.copyOf(publicKey, publicKey.length + message.length);
    System.arraycopy(message, 0, both, publicKey.length, message.length);
    return Arrays.equals(signature, 0, 32, publicKey, 0, 32)
        && Arrays.equals(signature, 32, 64, Sha256.of(both), 0, 32);
  }
}
