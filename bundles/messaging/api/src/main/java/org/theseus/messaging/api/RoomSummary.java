package org.theseus.messaging.api;

import java.util.Objects;
import java.util.Optional;
import org.theseus.protocol.api.RoomId;

/**
 * A room in a list.
 *
 * @param roomId the room
 * @param version its room version
 * @param participation our part: {@code joined}, {@code joining}, {@code outside} or {@code left}
 * @param name its name, if it has one
 * @param joinedMembers how many users are joined; 0 where we cannot see
 */
public record RoomSummary(
    RoomId roomId, String version, String participation, Optional<String> name, int joinedMembers) {
  /** Checks that all parts are there. */
  public RoomSummary {
    Objects.requireNonNull(roomId);
    Objects.requireNonNull(version);
    Objects.requireNonNull(participation);
    Objects.requireNonNull(name);
  }
}
