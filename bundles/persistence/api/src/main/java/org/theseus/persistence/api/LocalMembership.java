package org.theseus.persistence.api;

import java.util.Objects;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.UserId;

/**
 * The membership of one of our users in a room, in or out of band.
 *
 * @param user our user
 * @param roomId the room
 * @param membership {@code invite}, {@code join}, {@code knock}, {@code leave} or {@code ban}
 * @param eventId the member event in force
 */
public record LocalMembership(UserId user, RoomId roomId, String membership, EventId eventId) {
  /** Checks that all parts are there. */
  public LocalMembership {
    Objects.requireNonNull(user);
    Objects.requireNonNull(roomId);
    Objects.requireNonNull(membership);
    Objects.requireNonNull(eventId);
  }
}
