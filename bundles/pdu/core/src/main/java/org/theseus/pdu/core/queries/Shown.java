package org.theseus.pdu.core.queries;

import java.util.Collection;
import java.util.List;
import org.theseus.pdu.api.TimelineEvent;
import org.theseus.pdu.core.graph.Graph;
import org.theseus.pdu.core.graph.Room;
import org.theseus.persistence.api.StoredEvent;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.RoomVersion;

/**
 * Events as they are shown: redacted where a redaction is in effect. Blocks for queries of the
 * store.
 */
public final class Shown {
  private final Graph graph;

  /**
   * Makes it.
   *
   * @param graph the rooms
   */
  public Shown(Graph graph) {
    this.graph = graph;
  }

  /**
   * Shows an event.
   *
   * @param stored its record
   * @return the event, redacted if a redaction is in effect
   */
  public Event event(StoredEvent stored) {
    Event event = graph.events().parse(stored);
    return stored.redactedBy().isPresent() ? redacted(event) : event;
  }

  /**
   * Shows several events.
   *
   * @param ids their ids
   * @return those that are stored, in no particular order
   */
  public List<Event> events(Collection<EventId> ids) {
    return graph.events().stored(ids).values().stream().map(this::event).toList();
  }

  /**
   * Shows an event with its place.
   *
   * @param stored its record, not of an outlier
   * @return the event
   */
  public TimelineEvent timelineEvent(StoredEvent stored) {
    return new TimelineEvent(event(stored), stored.position().orElseThrow(), stored.redactedBy());
  }

  /**
   * Redacts an event.
   *
   * @param event the event
   * @return what redaction leaves of it
   */
  public Event redacted(Event event) {
    Room room = graph.rooms().get(event.roomId());
    RoomVersion version = graph.versions().held(room.version());
    return version.parse(version.redact(event.json()));
  }
}
