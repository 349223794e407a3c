package org.theseus.messaging.core;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.theseus.protocol.api.Ed25519;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.KeyId;
import org.theseus.protocol.api.RoomVersion;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.Signer;
import org.theseus.protocol.api.UserId;
import org.theseus.protocol.api.VerifyKey;
import org.theseus.protocol.bouncycastle.BouncyCastleEd25519;
import org.theseus.protocol.rules.RoomVersions;
import org.theseus.protocol.rules.TrieStateMaps;

/**
 * A server with a key of its own.
 *
 * @param name its name, of which its key is made
 */
record TestServer(ServerName name) {
  static final Ed25519 ED25519 = new BouncyCastleEd25519();
  static final Map<String, RoomVersion> VERSIONS =
      RoomVersions.all(ED25519, new TrieStateMaps()).stream()
          .collect(Collectors.toUnmodifiableMap(RoomVersion::id, Function.identity()));
  static final KeyId KEY = KeyId.of("ed25519:t");

  static TestServer of(String name) {
    return new TestServer(ServerName.of(name));
  }

  UserId user(String localpart) {
    return UserId.of("@" + localpart + ":" + name);
  }

  private byte[] seed() {
    return Arrays.copyOf(name.value().getBytes(StandardCharsets.UTF_8), 32);
  }

  VerifyKey verifyKey() {
    return new VerifyKey(ED25519.publicKey(seed()), Long.MAX_VALUE, false);
  }

  Signer signer() {
    return new Signer() {
      @Override
      public KeyId keyId() {
        return KEY;
      }

      @Override
      public byte[] sign(byte[] message) {
        return ED25519.sign(seed(), message);
      }
    };
  }

  /** Hashes and signs an event of ours. */
  Event signed(RoomVersion version, JsonObject pdu) {
    return version.hashAndSign(pdu, name, signer());
  }
}
