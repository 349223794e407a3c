package org.theseus.pdu.core.graph;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.theseus.persistence.api.Database;
import org.theseus.persistence.api.RoomRecord;
import org.theseus.persistence.api.StoredEvent;
import org.theseus.persistence.api.UnitOfWork;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.RoomId;
import org.theseus.support.Lru;

/**
 * The rooms as of their last commits, those used last kept in memory. Blocks for queries of the
 * store; must not be used inside a unit of work. Safe for many threads, guarded by {@code this};
 * but a room changes in the hands of its worker only.
 */
public final class Rooms {
  private static final int CAPACITY = 1_000;

  private final Database database;
  private final Events events;
  private final States states;
  private final Lru<RoomId, Room> known = new Lru<>(CAPACITY);
  private long commits;

  /**
   * Makes the source.
   *
   * @param database the store
   * @param events its events
   * @param states its states
   */
  public Rooms(Database database, Events events, States states) {
    this.database = database;
    this.events = events;
    this.states = states;
  }

  /**
   * Finds a room.
   *
   * @param id the room
   * @return the room, or empty if we never had to do with it
   */
  public Optional<Room> find(RoomId id) {
    Optional<Room> room = known.get(id);
    if (room.isPresent()) {
      return room;
    }
    long before = commits();
    Optional<Room> loaded = database.run(unit -> load(unit, id)).map(this::counted);
    loaded.ifPresent(found -> rememberUnlessChangedSince(before, found));
    return loaded;
  }

  /**
   * Finds a room we have to do with.
   *
   * @param id the room
   * @return the room
   * @throws org.theseus.protocol.api.MatrixException {@code M_NOT_FOUND} if there is none
   */
  public Room get(RoomId id) {
    return find(id).orElseThrow(() -> Room.notHere(id));
  }

  /**
   * Keeps a room that has just been committed.
   *
   * @param room the room
   */
  synchronized void remember(Room room) {
    commits++;
    known.put(room.id(), room);
  }

  /** What was loaded while something was committed may be old already. */
  private synchronized void rememberUnlessChangedSince(long before, Room loaded) {
    if (commits == before) {
      known.put(loaded.id(), loaded);
    }
  }

  private synchronized long commits() {
    return commits;
  }

  /**
   * Forgets what is in memory, as after a failed commit.
   *
   * @param id the room
   */
  synchronized void forget(RoomId id) {
    commits++;
    known.remove(id);
  }

  private Optional<Room> load(UnitOfWork unit, RoomId id) {
    Optional<RoomRecord> found = unit.rooms().find(id);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    RoomRecord record = found.get();
    Optional<State> current =
        record.currentState().isPresent()
            ? Optional.of(states.load(unit, record.currentState().getAsLong()))
            : Optional.empty();
    return Optional.of(
        new Room(
            id,
            record.version(),
            record.participation(),
            tips(unit, id),
            current,
            new Joined(Map.of())));
  }

  private static Map<EventId, Tip> tips(UnitOfWork unit, RoomId id) {
    Set<EventId> extremities = unit.rooms().forwardExtremities(id);
    Map<EventId, Tip> tips = new HashMap<>();
    for (StoredEvent event : unit.events().find(extremities).values()) {
      tips.put(event.id(), new Tip(event.id(), event.depth(), event.stateAfter().orElseThrow()));
    }
    return tips;
  }

  private Room counted(Room room) {
    return room.current()
        .map(
            state ->
                new Room(
                    room.id(),
                    room.version(),
                    room.participation(),
                    room.tips(),
                    room.current(),
                    Joined.of(state, events, Map.of())))
        .orElse(room);
  }
}
