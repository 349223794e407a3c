package org.theseus.pdu.core;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.theseus.protocol.api.KeyId;
import org.theseus.protocol.api.Signer;
import org.theseus.protocol.api.VerifyKey;
import org.theseus.protocol.bouncycastle.BouncyCastleEd25519;

/** A server's signing key, the same for the same name. */
final class TestKey implements Signer {
  private static final BouncyCastleEd25519 ED25519 = new BouncyCastleEd25519();
  private final byte[] seed;

  TestKey(String name) {
    seed = Arrays.copyOf(name.getBytes(StandardCharsets.UTF_8), 32);
  }

  @Override
  public KeyId keyId() {
    return KeyId.of("ed25519:1");
  }

  @Override
  public byte[] sign(byte[] message) {
    return ED25519.sign(seed, message);
  }

  VerifyKey verifyKey() {
    return new VerifyKey(ED25519.publicKey(seed), Long.MAX_VALUE, false);
  }
}
