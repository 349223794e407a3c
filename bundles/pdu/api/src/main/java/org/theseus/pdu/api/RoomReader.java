package org.theseus.pdu.api;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.StateKey;
import org.theseus.protocol.api.UserId;

/** Reads rooms. Blocks for queries of the store; safe for many threads. */
@ProviderType
public interface RoomReader {
  /**
   * Lists the rooms we have, or had, to do with.
   *
   * @return the rooms, by id
   */
  List<RoomInfo> rooms();

  /**
   * Finds a room.
   *
   * @param room its id
   * @return the room, or empty
   */
  Optional<RoomInfo> room(RoomId room);

  /**
   * Reads the state in force.
   *
   * @param room the room
   * @return its events, in no particular order; empty if we have none
   */
  List<Event> state(RoomId room);

  /**
   * Reads one event of the state in force.
   *
   * @param room the room
   * @param slot type and state key
   * @return the event, or empty
   */
  Optional<Event> state(RoomId room, StateKey slot);

  /**
   * Explains the state in force: which events contended for a slot, and which rule decided.
   *
   * @param room the room
   * @param slot type and state key
   * @return the explanation, of an empty slot too; empty if we have no state of the room
   * @throws org.theseus.protocol.api.TransientException if the room's version is away
   */
  Optional<Explanation> explain(RoomId room, StateKey slot);

  /**
   * Reads the newest events of the timeline.
   *
   * @param room the room
   * @param limit the most events
   * @return accepted events, oldest first
   */
  List<TimelineEvent> timeline(RoomId room, int limit);

  /**
   * Finds an event.
   *
   * @param id its id
   * @return the event, redacted if a redaction is in effect, or empty
   */
  Optional<Event> event(EventId id);

  /**
   * Tells the servers that are in a room.
   *
   * @param room the room
   * @return the servers of all joined users in the state in force, ours too
   */
  Set<ServerName> servers(RoomId room);

  /**
   * Tells whether a room's access list lets a server take part.
   *
   * @param room the room
   * @param server the server
   * @return true if there is no list or it lets it
   */
  boolean allows(RoomId room, ServerName server);

  /**
   * Tells the membership of one of our users, in or out of band.
   *
   * @param user our user
   * @param room the room
   * @return the member event in force, or empty
   */
  Optional<Event> membership(UserId user, RoomId room);

  /**
   * Lists the memberships of one of our users, in and out of band.
   *
   * @param user our user
   * @return the member events in force, by room id
   */
  List<Event> memberships(UserId user);
}
