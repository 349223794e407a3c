package org.theseus.protocol.rules;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.theseus.protocol.api.Ed25519;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonReader;
import org.theseus.protocol.api.JsonValue;
import org.theseus.protocol.api.KeyId;
import org.theseus.protocol.api.Signer;
import org.theseus.protocol.bouncycastle.BouncyCastleEd25519;
import org.theseus.protocol.jackson.JacksonJsonReader;

/** What the tests of the grammar read and sign with. */
final class Grammar {
  static final Ed25519 ED25519 = new BouncyCastleEd25519();

  /** The key of the specification's test vectors. */
  static final byte[] SEED =
      Base64.getDecoder().decode("YJDBA9Xnr2sVqXD9Vj7XVUnmFZcZrlw8Md7kMW+3XA1");

  static final byte[] PUBLIC_KEY = ED25519.publicKey(SEED);
  static final Signer SIGNER = signer("ed25519:1", SEED);

  private static final JsonReader READER = new JacksonJsonReader();

  private Grammar() {}

  static JsonValue json(String text) {
    return READER.read(text.getBytes(StandardCharsets.UTF_8));
  }

  static JsonObject object(String text) {
    return (JsonObject) json(text);
  }

  static RulesRoomVersion version(VersionRules rules) {
    return new RulesRoomVersion(rules, ED25519, new TrieStateMaps());
  }

  static Signer signer(String keyId, byte[] seed) {
    return new Signer() {
      @Override
      public KeyId keyId() {
        return KeyId.of(keyId);
      }

      @Override
      public byte[] sign(byte[] message) {
        return ED25519.sign(seed, message);
      }
    };
  }
}
