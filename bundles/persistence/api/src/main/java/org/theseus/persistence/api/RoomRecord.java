package org.theseus.persistence.api;

import java.util.Objects;
import java.util.OptionalLong;
import org.theseus.protocol.api.RoomId;

/**
 * A room and our part in it.
 *
 * @param id the room
 * @param version its room version
 * @param participation our part in it
 * @param currentState the state after all forward extremities, resolved; empty while we have no
 *     state
 */
public record RoomRecord(
    RoomId id, String version, Participation participation, OptionalLong currentState) {
  /** A server's part in a room. */
  public enum Participation {
    /** One of our users is invited or has knocked; we have no state. */
    OUTSIDE,
    /** A join has been signed and is under way; PDUs are held. */
    JOINING,
    /** One of our users is joined. */
    JOINED,
    /** All our users have left; what was received stays readable. */
    LEFT
  }

  /** Checks that all parts are there. */
  public RoomRecord {
    Objects.requireNonNull(id);
    Objects.requireNonNull(version);
    Objects.requireNonNull(participation);
    Objects.requireNonNull(currentState);
  }
}
