package org.theseus.persistence.api;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.RoomId;

/** Events and their order. */
@ProviderType
public interface EventStore {
  /** Where an event is put in its room's timeline. */
  enum Placement {
    /** At the live end; positions grow by one in the order of commits, over all rooms. */
    LIVE,
    /** Before everything there is; positions fall by one. A batch is put newest first. */
    HISTORY,
    /** Nowhere: an outlier. */
    OUTLIER
  }

  /**
   * Stores an event. One stored as an outlier before becomes part of the graph when put with
   * another placement; what is an outlier and stays one, or is in the graph already, is left as it
   * is.
   *
   * @param event the event
   * @param placement where it belongs
   * @return its position, or empty for an outlier
   * @throws IllegalArgumentException if an event with states is put as an outlier, or one without
   *     in the graph
   */
  OptionalLong put(StoredEvent event, Placement placement);

  /**
   * Finds an event.
   *
   * @param id its id
   * @return the event, or empty
   */
  Optional<StoredEvent> find(EventId id);

  /**
   * Finds several events.
   *
   * @param ids their ids
   * @return those that are stored, by id
   */
  Map<EventId, StoredEvent> find(Collection<EventId> ids);

  /**
   * Tells which events stand in the graph.
   *
   * @param ids the ids to look for
   * @return those stored and no outliers
   */
  Set<EventId> inGraph(Collection<EventId> ids);

  /**
   * Notes the redaction in effect on an event; does nothing if the event is not stored.
   *
   * @param target the redacted event
   * @param redaction the redaction
   */
  void redact(EventId target, EventId redaction);

  /**
   * Finds redactions of an event that arrived before it.
   *
   * @param roomId the room
   * @param target the event they name
   * @return accepted redaction events, in order of position
   */
  List<StoredEvent> redactionsOf(RoomId roomId, EventId target);

  /**
   * Reads a room's timeline backwards.
   *
   * @param roomId the room
   * @param before only events placed before this position; {@link Long#MAX_VALUE} for the newest
   * @param limit the most events
   * @return accepted events, oldest first
   */
  List<StoredEvent> timeline(RoomId roomId, long before, int limit);

  /**
   * Finds the event of a room's timeline that is closest to a time on one side of it.
   *
   * @param roomId the room
   * @param ts the time, in milliseconds since the epoch
   * @param forwards whether the event is to be of that time or later; else of that time or earlier
   * @return the accepted event whose origin_server_ts is closest, or empty
   */
  Optional<StoredEvent> closest(RoomId roomId, long ts, boolean forwards);

  /**
   * Reads live events of all rooms in the order of commits.
   *
   * @param after the position already seen; 0 for none
   * @param limit the most events
   * @return accepted events with a greater position, oldest first
   */
  List<StoredEvent> live(long after, int limit);

  /**
   * Tells the end of the order of commits.
   *
   * @return the position given last, or 0
   */
  long lastPosition();
}
