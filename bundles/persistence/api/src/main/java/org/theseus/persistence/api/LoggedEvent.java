package org.theseus.persistence.api;

import java.util.Objects;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.RoomId;

/**
 * An event in the log of what is to be sent. The array is shared and must not be changed.
 *
 * @param position its place in the log, without gaps, in the order of commits
 * @param roomId its room
 * @param eventId its id
 * @param json the event as signed, UTF-8; the same bytes at every reading
 */
public record LoggedEvent(long position, RoomId roomId, EventId eventId, byte[] json) {
  /** Checks that all parts are there. */
  public LoggedEvent {
    Objects.requireNonNull(roomId);
    Objects.requireNonNull(eventId);
    Objects.requireNonNull(json);
  }
}
