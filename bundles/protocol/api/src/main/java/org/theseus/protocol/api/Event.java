package org.theseus.protocol.api;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A persistent event (PDU) whose format has been checked against its room's version; made by {@link
 * RoomVersion#parse}.
 *
 * @param id the event's id, computed or, for made-up graphs, given
 * @param roomId the room; in version 12 the create event's room id is derived from its own id
 * @param sender who sent it
 * @param type the event type
 * @param stateKey the state key, present (maybe empty) if and only if this is a state event
 * @param content the content
 * @param prevEvents the events it follows
 * @param authEvents the events it claims to be allowed by; without the create event in version 12
 * @param depth the depth it claims, never trusted
 * @param originServerTs the time it claims, in milliseconds since the epoch, never trusted
 * @param redacts the event it redacts, wherever its room version keeps that
 * @param json the whole event as it is signed, hashed, stored and sent
 * @see <a href="https://spec.matrix.org/v1.19/server-server-api/#pdus">PDUs</a>
 */
public record Event(
    EventId id,
    RoomId roomId,
    UserId sender,
    String type,
    Optional<String> stateKey,
    JsonObject content,
    List<EventId> prevEvents,
    List<EventId> authEvents,
    long depth,
    long originServerTs,
    Optional<EventId> redacts,
    JsonObject json) {
  /** The most prev_events an event may have that is sent to us. */
  public static final int MAX_PREV_EVENTS = 20;

  /** The most auth_events an event may have that is sent to us. */
  public static final int MAX_AUTH_EVENTS = 10;

  /** Checks that all parts are there. */
  public Event {
    Objects.requireNonNull(id);
    Objects.requireNonNull(roomId);
    Objects.requireNonNull(sender);
    Objects.requireNonNull(type);
    Objects.requireNonNull(stateKey);
    Objects.requireNonNull(content);
    prevEvents = List.copyOf(prevEvents);
    authEvents = List.copyOf(authEvents);
    Objects.requireNonNull(redacts);
    Objects.requireNonNull(json);
  }

  /**
   * Tells whether this is a state event.
   *
   * @return true if it has a state key
   */
  public boolean isState() {
    return stateKey.isPresent();
  }

  /**
   * Tells whether the event refers to more events than the protocol allows. {@link
   * RoomVersion#parse} does not ask, since events that fill in history are taken with more; whoever
   * receives others drops them.
   *
   * @return true if there are too many prev_events or auth_events
   */
  public boolean exceedsReferenceLimits() {
    return prevEvents.size() > MAX_PREV_EVENTS || authEvents.size() > MAX_AUTH_EVENTS;
  }

  /**
   * Tells which slot of the state it fills.
   *
   * @return the slot, or empty if this is no state event
   */
  public Optional<StateKey> slot() {
    return stateKey.map(key -> new StateKey(type, key));
  }

  /**
   * Tells whether this event fills a given slot.
   *
   * @param slot the slot
   * @return true if it is a state event of that type and key
   */
  public boolean fills(StateKey slot) {
    return type.equals(slot.type()) && stateKey.equals(Optional.of(slot.key()));
  }

  /** Two events are the same if their ids and their JSON are. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Event event && id.equals(event.id) && json.equals(event.json);
  }

  @Override
  public int hashCode() {
    return id.hashCode();
  }

  @Override
  public String toString() {
    return "Event["
        + id
        + ' '
        + type
        + stateKey.map(key -> "/" + key).orElse("")
        + " in "
        + roomId
        + ']';
  }
}
