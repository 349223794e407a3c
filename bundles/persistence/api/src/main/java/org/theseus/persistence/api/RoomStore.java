package org.theseus.persistence.api;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.RoomId;

/** Rooms, their extremities and joins under way. */
@ProviderType
public interface RoomStore {
  /**
   * Stores a room, or changes it.
   *
   * @param room the room
   */
  void put(RoomRecord room);

  /**
   * Finds a room.
   *
   * @param id the room
   * @return the record, or empty if we never had to do with it
   */
  Optional<RoomRecord> find(RoomId id);

  /**
   * Lists all rooms.
   *
   * @return the records, by room id
   */
  List<RoomRecord> all();

  /**
   * Tells the forward extremities: accepted events that no accepted event follows.
   *
   * @param id the room
   * @return their ids
   */
  Set<EventId> forwardExtremities(RoomId id);

  /**
   * Replaces the forward extremities.
   *
   * @param id the room
   * @param events their ids
   */
  void setForwardExtremities(RoomId id, Set<EventId> events);

  /**
   * Tells the backward extremities: events that stored ones follow, and that are not in the graph
   * themselves.
   *
   * @param id the room
   * @return their ids
   */
  Set<EventId> backwardExtremities(RoomId id);

  /**
   * Replaces the backward extremities.
   *
   * @param id the room
   * @param events their ids
   */
  void setBackwardExtremities(RoomId id, Set<EventId> events);

  /**
   * Notes a join that is about to be sent, or changes it; one per room and user.
   *
   * @param join the join
   */
  void putPendingJoin(PendingJoin join);

  /**
   * Lists the joins under way.
   *
   * @return the joins, in no particular order
   */
  List<PendingJoin> pendingJoins();

  /**
   * Forgets a join that was answered or given up.
   *
   * @param join the join
   */
  void removePendingJoin(PendingJoin join);
}
