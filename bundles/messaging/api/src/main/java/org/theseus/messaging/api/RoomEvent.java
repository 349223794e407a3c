package org.theseus.messaging.api;

import java.util.Objects;
import java.util.Optional;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.UserId;

/**
 * An event as users see it.
 *
 * @param roomId its room
 * @param eventId its id
 * @param sender who sent it
 * @param type its type
 * @param stateKey its state key, present if and only if it is a state event
 * @param content its content, redacted if a redaction is in effect
 * @param originServerTs the time it claims, in milliseconds since the epoch
 * @param redactedBy the redaction in effect
 * @param json the whole event
 */
public record RoomEvent(
    RoomId roomId,
    EventId eventId,
    UserId sender,
    String type,
    Optional<String> stateKey,
    JsonObject content,
    long originServerTs,
    Optional<EventId> redactedBy,
    JsonObject json) {
  /** Checks that all parts are there. */
  public RoomEvent {
    Objects.requireNonNull(roomId);
    Objects.requireNonNull(eventId);
    Objects.requireNonNull(sender);
    Objects.requireNonNull(type);
    Objects.requireNonNull(stateKey);
    Objects.requireNonNull(content);
    Objects.requireNonNull(redactedBy);
    Objects.requireNonNull(json);
  }
}
