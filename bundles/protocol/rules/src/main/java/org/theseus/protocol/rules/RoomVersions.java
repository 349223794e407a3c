package org.theseus.protocol.rules;

import java.util.List;
import org.theseus.protocol.api.Ed25519;
import org.theseus.protocol.api.RoomVersion;
import org.theseus.protocol.api.StateMaps;

/**
 * The room versions of the specification, for programs without a container.
 *
 * @see <a href="https://spec.matrix.org/v1.19/rooms/">Room versions</a>
 */
public final class RoomVersions {
  private RoomVersions() {}

  /**
   * Makes them all.
   *
   * @param ed25519 verifies signatures
   * @param maps makes the resolved states
   * @return room versions 1 to 12, in this order
   */
  public static List<RoomVersion> all(Ed25519 ed25519, StateMaps maps) {
    return List.of(
        new RoomVersion1(ed25519, maps),
        new RoomVersion2(ed25519, maps),
        new RoomVersion3(ed25519, maps),
        new RoomVersion4(ed25519, maps),
        new RoomVersion5(ed25519, maps),
        new RoomVersion6(ed25519, maps),
        new RoomVersion7(ed25519, maps),
        new RoomVersion8(ed25519, maps),
        new RoomVersion9(ed25519, maps),
        new RoomVersion10(ed25519, maps),
        new RoomVersion11(ed25519, maps),
        new RoomVersion12(ed25519, maps));
  }
}
