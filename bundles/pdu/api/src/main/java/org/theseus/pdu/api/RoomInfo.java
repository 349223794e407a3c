package org.theseus.pdu.api;

import java.util.Objects;
import org.theseus.protocol.api.RoomId;

/**
 * A room and our part in it.
 *
 * @param id the room
 * @param version its room version
 * @param participation {@code joined}, {@code joining}, {@code outside} or {@code left}
 */
public record RoomInfo(RoomId id, String version, Participation participation) {
  /** A server's part in a room. */
  public enum Participation {
    /** One of our users is invited or has knocked. */
    OUTSIDE,
    /** A join is under way. */
    JOINING,
    /** One of our users is joined. */
    JOINED,
    /** All our users have left. */
    LEFT
  }

  /** Checks that all parts are there. */
  public RoomInfo {
    Objects.requireNonNull(id);
    Objects.requireNonNull(version);
    Objects.requireNonNull(participation);
  }
}
