package org.theseus.persistence.api;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.RoomId;

/**
 * An event as the store keeps it. The array is shared and must not be changed.
 *
 * @param id the event's id
 * @param roomId its room
 * @param type its type
 * @param stateKey its state key, present if and only if it is a state event
 * @param sender its sender, as text
 * @param depth the depth it claims
 * @param originServerTs the time it claims, in milliseconds since the epoch
 * @param prevEvents the events it follows
 * @param authEvents the auth events it lists
 * @param json the event as signed and sent, UTF-8; never changed, not even by a redaction
 * @param outcome what the receipt checks came to
 * @param reason why it was rejected or soft-failed, else ""
 * @param stateBefore the state before the event; empty for outliers
 * @param stateAfter the state after the event; empty for outliers
 * @param position its place in the order of {@link EventStore#timeline}; empty for outliers and new
 *     events. Positive in the order of commits, negative for history fetched later
 * @param redacts the event it asks to redact, if it is a redaction
 * @param redactedBy the redaction in effect on it
 */
public record StoredEvent(
    EventId id,
    RoomId roomId,
    String type,
    Optional<String> stateKey,
    String sender,
    long depth,
    long originServerTs,
    List<EventId> prevEvents,
    List<EventId> authEvents,
    byte[] json,
    Outcome outcome,
    String reason,
    OptionalLong stateBefore,
    OptionalLong stateAfter,
    OptionalLong position,
    Optional<EventId> redacts,
    Optional<EventId> redactedBy) {

  /** What the receipt checks came to. */
  public enum Outcome {
    /** Allowed, and part of the room. */
    ACCEPTED,
    /**
     * Allowed where it was sent, but not by the current state: not shown, no extremity, not sent
     * on.
     */
    SOFT_FAILED,
    /** Not allowed: kept so that the graph can be walked, without effect on the state. */
    REJECTED
  }

  /** Checks that all parts are there. */
  public StoredEvent {
    Objects.requireNonNull(id);
    Objects.requireNonNull(roomId);
    Objects.requireNonNull(type);
    Objects.requireNonNull(stateKey);
    Objects.requireNonNull(sender);
    prevEvents = List.copyOf(prevEvents);
    authEvents = List.copyOf(authEvents);
    Objects.requireNonNull(json);
    Objects.requireNonNull(outcome);
    Objects.requireNonNull(reason);
    Objects.requireNonNull(stateBefore);
    Objects.requireNonNull(stateAfter);
    Objects.requireNonNull(position);
    Objects.requireNonNull(redacts);
    Objects.requireNonNull(redactedBy);
  }

  /**
   * Makes the record of an event outside the room's graph: a member of an auth chain or of a
   * fetched state.
   *
   * @param event the event
   * @param outcome what the receipt checks came to
   * @param reason why it was refused, else ""
   * @return the record, without states and position
   */
  public static StoredEvent outlier(Event event, Outcome outcome, String reason) {
    return of(event, outcome, reason, OptionalLong.empty(), OptionalLong.empty());
  }

  /**
   * Makes the record of an event in the room's graph.
   *
   * @param event the event
   * @param outcome what the receipt checks came to
   * @param reason why it was refused, else ""
   * @param stateBefore the state before it
   * @param stateAfter the state after it
   * @return the record, without a position
   */
  public static StoredEvent inGraph(
      Event event, Outcome outcome, String reason, long stateBefore, long stateAfter) {
    return of(event, outcome, reason, OptionalLong.of(stateBefore), OptionalLong.of(stateAfter));
  }

  /**
   * Tells whether the event stands outside the room's graph.
   *
   * @return true if no state is known for it
   */
  public boolean isOutlier() {
    return stateBefore.isEmpty();
  }

  private static StoredEvent of(
      Event event,
      Outcome outcome,
      String reason,
      OptionalLong stateBefore,
      OptionalLong stateAfter) {
    return new StoredEvent(
        event.id(),
        event.roomId(),
        event.type(),
        event.stateKey(),
        event.sender().value(),
        event.depth(),
        event.originServerTs(),
        event.prevEvents(),
        event.authEvents(),
        event.json().toBytes(),
        outcome,
        reason,
        stateBefore,
        stateAfter,
        OptionalLong.empty(),
        event.redacts(),
        Optional.empty());
  }
}
