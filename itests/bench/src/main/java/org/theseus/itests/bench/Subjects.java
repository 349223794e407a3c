package org.theseus.itests.bench;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.theseus.protocol.api.Ed25519;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.KeyId;
import org.theseus.protocol.api.RoomVersion;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.Signer;
import org.theseus.protocol.api.VerifyKey;
import org.theseus.protocol.bouncycastle.BouncyCastleEd25519;
import org.theseus.protocol.rules.RoomVersions;
import org.theseus.protocol.rules.TrieStateMaps;

/** What is measured: the grammar without a container, and typical messages. */
final class Subjects {
  static final Ed25519 ED25519 = new BouncyCastleEd25519();

  private static final ServerName SERVER = ServerName.of("example.org");
  private static final byte[] SEED =
      "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.UTF_8);
  private static final Signer SIGNER =
      new Signer() {
        @Override
        public KeyId keyId() {
          return KeyId.of("ed25519:bench");
        }

        @Override
        public byte[] sign(byte[] message) {
          return ED25519.sign(SEED, message);
        }
      };

  private Subjects() {}

  static RoomVersion version(String id) {
    return RoomVersions.all(ED25519, new TrieStateMaps()).stream()
        .filter(version -> version.id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  static byte[] publicKey() {
    return ED25519.publicKey(SEED);
  }

  static byte[] sign(byte[] message) {
    return ED25519.sign(SEED, message);
  }

  static VerifyKey verifyKey() {
    return new VerifyKey(publicKey(), Long.MAX_VALUE, false);
  }

  /** Messages as people send them, each signed. */
  static List<Event> messages(RoomVersion version, int count) {
    List<Event> messages = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String hash = "$" + "0123456789".repeat(4) + "%03d".formatted(i % 1_000);
      JsonObject content =
          JsonObject.EMPTY
              .with("msgtype", "m.text")
              .with("body", "Shall we meet at the harbour at " + i + "? ⚓");
      JsonObject message =
          JsonObject.builder()
              .put("type", "m.room.message")
              .put("room_id", "!harbour:example.org")
              .put("sender", "@helmsman:example.org")
              .put("origin_server_ts", 1_700_000_000_000L + i)
              .put("depth", i)
              .put("prev_events", JsonArray.ofStrings(List.of(hash)))
              .put("auth_events", JsonArray.ofStrings(List.of(hash + "a", hash + "b", hash + "c")))
              .put("content", content)
              .put("unsigned", JsonObject.EMPTY)
              .build();
      messages.add(version.hashAndSign(message, SERVER, SIGNER));
    }
    return messages;
  }
}
