package org.theseus.itests.peer;

import java.util.List;
import org.theseus.protocol.api.Ed25519;
import org.theseus.protocol.api.JsonReader;
import org.theseus.protocol.api.RoomVersion;
import org.theseus.protocol.api.SignedJson;
import org.theseus.protocol.bouncycastle.BouncyCastleEd25519;
import org.theseus.protocol.jackson.JacksonJsonReader;
import org.theseus.protocol.rules.RoomVersions;
import org.theseus.protocol.rules.RulesSignedJson;
import org.theseus.protocol.rules.TrieStateMaps;

/** The protocol's grammar, put together without a container. */
public final class Grammar {
  /** Signs and verifies. */
  public static final Ed25519 ED25519 = new BouncyCastleEd25519();

  /** Reads JSON. */
  public static final JsonReader JSON = new JacksonJsonReader();

  /** Signs JSON. */
  public static final SignedJson SIGNED_JSON = new RulesSignedJson(ED25519);

  private static final List<RoomVersion> VERSIONS = RoomVersions.all(ED25519, new TrieStateMaps());

  private Grammar() {}

  /** Finds a room version by its id. */
  public static RoomVersion version(String id) {
    return VERSIONS.stream().filter(version -> version.id().equals(id)).findFirst().orElseThrow();
  }
}
