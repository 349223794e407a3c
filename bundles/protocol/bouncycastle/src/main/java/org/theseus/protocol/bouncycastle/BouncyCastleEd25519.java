package org.theseus.protocol.bouncycastle;

import org.osgi.service.component.annotations.Component;
import org.theseus.protocol.api.Ed25519;

/**
 * Ed25519 by Bouncy Castle's lightweight API; no security provider is registered.
 *
 * @see <a href="https://spec.matrix.org/v1.19/appendices/#signing-details">Signing details</a>
 */
@Component
public final class BouncyCastleEd25519 implements Ed25519 {
  private static final int SEED = org.bouncycastle.math.ec.rfc8032.Ed25519.SECRET_KEY_SIZE;
  private static final int PUBLIC_KEY = org.bouncycastle.math.ec.rfc8032.Ed25519.PUBLIC_KEY_SIZE;
  private static final int SIGNATURE = org.bouncycastle.math.ec.rfc8032.Ed25519.SIGNATURE_SIZE;

  @Override
  public byte[] publicKey(byte[] seed) {
    requireSeed(seed);
    byte[] publicKey = new byte[PUBLIC_KEY];
    org.bouncycastle.math.ec.rfc8032.Ed25519.generatePublicKey(seed, 0, publicKey, 0);
    return publicKey;
  }

  @Override
  public byte[] sign(byte[] seed, byte[] message) {
    requireSeed(seed);
    byte[] signature = new byte[SIGNATURE];
    org.bouncycastle.math.ec.rfc8032.Ed25519.sign(
        seed, 0, message, 0, message.length, signature, 0);
    return signature;
  }

  @Override
  public boolean verify(byte[] publicKey, byte[] message, byte[] signature) {
    return publicKey.length == PUBLIC_KEY
        && signature.length == SIGNATURE
        && org.bouncycastle.math.ec.rfc8032.Ed25519.verify(
            signature, 0, publicKey, 0, message, 0, message.length);
  }

  private static void requireSeed(byte[] seed) {
    if (seed.length != SEED) {
      throw new IllegalArgumentException("a seed has 32 bytes, not " + seed.length);
    }
  }
}
