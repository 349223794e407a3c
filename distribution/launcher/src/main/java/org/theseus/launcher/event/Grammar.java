package org.theseus.launcher.event;

import java.util.List;
import org.theseus.launcher.Failure;
import org.theseus.launcher.Flags;
import org.theseus.protocol.api.Ed25519;
import org.theseus.protocol.api.JsonReader;
import org.theseus.protocol.api.RoomVersion;
import org.theseus.protocol.api.SignedJson;
import org.theseus.protocol.api.StateMaps;
import org.theseus.protocol.bouncycastle.BouncyCastleEd25519;
import org.theseus.protocol.jackson.JacksonJsonReader;
import org.theseus.protocol.rules.RoomVersions;
import org.theseus.protocol.rules.RulesSignedJson;
import org.theseus.protocol.rules.TrieStateMaps;

/** The protocol's services, put together by hand. */
final class Grammar {
  static final String ROOM_VERSION = "room-version";

  static final JsonReader JSON = new JacksonJsonReader();
  static final Ed25519 ED25519 = new BouncyCastleEd25519();
  static final SignedJson SIGNED_JSON = new RulesSignedJson(ED25519);
  static final StateMaps STATE_MAPS = new TrieStateMaps();

  private Grammar() {}

  /** Finds the room version that the flag asks for. */
  static RoomVersion version(Flags flags) throws Failure {
    String id = Input.required(flags, ROOM_VERSION);
    List<RoomVersion> versions = RoomVersions.all(ED25519, STATE_MAPS);
    for (RoomVersion version : versions) {
      if (version.id().equals(id)) {
        return version;
      }
    }
    throw Failure.usage("--room-version: there is no " + id + ", only 1 to " + versions.size());
  }
}
