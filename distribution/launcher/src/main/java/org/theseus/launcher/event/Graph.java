package org.theseus.launcher.event;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.theseus.launcher.Failure;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.EventSource;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonValue;
import org.theseus.protocol.api.RoomVersion;
import org.theseus.protocol.api.StateKey;

/** The events of a room, in any order and with references to each other. */
final class Graph implements EventSource {
  private final EventReader reader;
  private final boolean createByRoomId;
  private final Map<EventId, Judged> events = new LinkedHashMap<>();

  private Graph(RoomVersion version) {
    this.reader = new EventReader(version);
    this.createByRoomId = version.traits().roomIdFromCreate();
  }

  /**
   * Reads some events of a room, which may refer to others.
   *
   * @param source names the array in messages
   */
  static Graph some(RoomVersion version, JsonValue array, String source) throws Failure {
    Graph graph = new Graph(version);
    int number = 0;
    for (JsonValue element : Input.array(array, source).elements()) {
      JsonObject pdu = Input.object(element, "event " + ++number + " of " + source);
      graph.add(graph.reader.read(pdu, name(pdu, number), 0));
    }
    return graph;
  }

  /** Reads all events of a room; each comes after those it refers to. */
  static Graph whole(RoomVersion version, JsonValue array, String source) throws Failure {
    Graph read = some(version, array, source);
    Graph graph = new Graph(version);
    for (Event event : read.inOrder()) {
      graph.add(
          event.json().has("depth")
              ? event
              : graph.reader.read(event.json(), event.id().value(), graph.depthAfter(event)));
    }
    return graph;
  }

  private static String name(JsonObject pdu, int number) {
    return pdu.string("event_id").orElse("event " + number);
  }

  private void add(Event event) throws Failure {
    boolean rejected = event.json().bool("rejected").orElse(false);
    Judged before = events.put(event.id(), new Judged(event, rejected));
    if (before != null && !before.event().equals(event)) {
      throw Failure.usage("two different events have the id " + event.id());
    }
  }

  private long depthAfter(Event event) {
    long depth = 0;
    for (EventId id : event.prevEvents()) {
      depth = Math.max(depth, events.get(id).event().depth());
    }
    return depth == Long.MAX_VALUE ? depth : depth + 1;
  }

  @Override
  public Optional<Judged> find(EventId id) {
    return Optional.ofNullable(events.get(id));
  }

  /** Finds an event that must be there. */
  Event get(EventId id, String referrer) throws Failure {
    Judged found = events.get(id);
    if (found == null) {
      throw Failure.usage(referrer + " names " + id + ", which is not among the events given");
    }
    return found.event();
  }

  /** The events in the order they were added. */
  List<Judged> all() {
    return List.copyOf(events.values());
  }

  /** Sorts the events so that each comes after those it refers to. */
  private List<Event> inOrder() throws Failure {
    Map<EventId, List<Event>> referring = new HashMap<>();
    Map<EventId, Integer> missing = new HashMap<>();
    Deque<Event> ready = new ArrayDeque<>();
    for (Judged entry : events.values()) {
      Event event = entry.event();
      Set<EventId> references = references(event);
      for (EventId id : references) {
        get(id, event.id().value());
        referring.computeIfAbsent(id, key -> new ArrayList<>()).add(event);
      }
      missing.put(event.id(), references.size());
      if (references.isEmpty()) {
        ready.add(event);
      }
    }
    List<Event> sorted = new ArrayList<>();
    while (!ready.isEmpty()) {
      Event next = ready.remove();
      sorted.add(next);
      for (Event event : referring.getOrDefault(next.id(), List.of())) {
        if (missing.merge(event.id(), -1, Integer::sum) == 0) {
          ready.add(event);
        }
      }
    }
    if (sorted.size() < events.size()) {
      throw Failure.usage("the events refer to each other in a circle");
    }
    return sorted;
  }

  /** What must be known before an event: what it names and, in version 12, the create event. */
  private Set<EventId> references(Event event) {
    Set<EventId> references = new LinkedHashSet<>(event.prevEvents());
    references.addAll(event.authEvents());
    if (createByRoomId && !event.fills(StateKey.CREATE)) {
      String room = event.roomId().value().substring(1);
      for (EventId id : List.of(EventId.of("$" + room), EventId.of(room))) {
        find(id)
            .filter(found -> found.event().fills(StateKey.CREATE))
            .ifPresent(found -> references.add(id));
      }
    }
    return Collections.unmodifiableSet(references);
  }
}
