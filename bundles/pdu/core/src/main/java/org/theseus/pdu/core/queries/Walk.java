package org.theseus.pdu.core.queries;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Predicate;
import org.theseus.pdu.core.graph.Graph;
import org.theseus.persistence.api.StoredEvent;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.RoomId;

/** Walks the graph of a room backwards. Blocks for queries of the store. */
final class Walk {
  private final Graph graph;
  private final RoomId room;

  Walk(Graph graph, RoomId room) {
    this.graph = graph;
    this.room = room;
  }

  /**
   * Collects events and those that precede them, the deepest first, as a timeline would show them.
   *
   * @param from the events to begin with
   * @param limit the most events
   * @return the events, those begun with included, newest first
   */
  List<StoredEvent> history(Collection<EventId> from, int limit) {
    PriorityQueue<StoredEvent> next =
        new PriorityQueue<>(
            Comparator.comparingLong(StoredEvent::depth).reversed().thenComparing(StoredEvent::id));
    Set<EventId> seen = new HashSet<>(from);
    next.addAll(inGraph(from).values());
    List<StoredEvent> found = new ArrayList<>();
    while (!next.isEmpty() && found.size() < limit) {
      StoredEvent event = next.remove();
      found.add(event);
      next.addAll(inGraph(event.prevEvents().stream().filter(seen::add).toList()).values());
    }
    return found;
  }

  /**
   * Collects what precedes some events, layer by layer.
   *
   * @param latest the events to begin behind
   * @param earliest events that are known already
   * @param minDepth events of less depth are left out
   * @param limit the most events
   * @return the events, oldest first
   */
  List<StoredEvent> between(
      Collection<EventId> latest, Collection<EventId> earliest, long minDepth, int limit) {
    Set<EventId> seen = new HashSet<>(latest);
    seen.addAll(earliest);
    Map<EventId, StoredEvent> found = new LinkedHashMap<>();
    Collection<StoredEvent> layer = inGraph(latest).values();
    Predicate<StoredEvent> wanted = event -> event.depth() >= minDepth;
    while (!layer.isEmpty() && found.size() < limit) {
      List<EventId> behind =
          layer.stream().flatMap(event -> event.prevEvents().stream()).filter(seen::add).toList();
      layer = inGraph(behind).values().stream().filter(wanted).toList();
      layer.forEach(event -> found.put(event.id(), event));
    }
    List<StoredEvent> oldestFirst = new ArrayList<>(found.values().stream().limit(limit).toList());
    oldestFirst.sort(Comparator.comparingLong(StoredEvent::depth).thenComparing(StoredEvent::id));
    return oldestFirst;
  }

  private Map<EventId, StoredEvent> inGraph(Collection<EventId> ids) {
    Map<EventId, StoredEvent> found = graph.events().stored(ids);
    found.values().removeIf(event -> event.isOutlier() || !event.roomId().equals(room));
    return found;
  }
}
