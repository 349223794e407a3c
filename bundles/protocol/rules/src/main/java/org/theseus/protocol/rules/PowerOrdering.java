package org.theseus.protocol.rules;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.ToLongFunction;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;

/** The reverse topological power ordering of events. */
final class PowerOrdering {
  /** x < y if x's sender has greater power; or x is of an earlier time; or x has the lesser id. */
  private static final Comparator<Vertex> SMALLEST =
      Comparator.comparingLong(Vertex::power)
          .reversed()
          .thenComparing(Vertex::event, EventOrder.BY_TIME);

  private record Vertex(Event event, long power) {}

  private PowerOrdering() {}

  /**
   * Sorts by Kahn's algorithm, at each step selecting, among all the candidate vertices, the
   * smallest. Events on a cycle, which no real event can be, are left out.
   *
   * @param events the events, no two the same
   * @param power the power level of an event's sender, as its auth_events have it
   * @return the events, from earliest to latest
   */
  static List<Event> sort(List<Event> events, ToLongFunction<Event> power) {
    Map<EventId, List<Vertex>> citing = new HashMap<>();
    events.forEach(event -> citing.put(event.id(), new ArrayList<>()));
    Map<EventId, Integer> missing = new HashMap<>();
    PriorityQueue<Vertex> candidates = new PriorityQueue<>(SMALLEST);
    for (Event event : events) {
      Vertex vertex = new Vertex(event, power.applyAsLong(event));
      List<EventId> cited =
          event.authEvents().stream().distinct().filter(citing::containsKey).toList();
      cited.forEach(id -> citing.get(id).add(vertex));
      missing.put(event.id(), cited.size());
      if (cited.isEmpty()) {
        candidates.add(vertex);
      }
    }
    List<Event> sorted = new ArrayList<>(events.size());
    while (!candidates.isEmpty()) {
      Event next = candidates.remove().event();
      sorted.add(next);
      for (Vertex vertex : citing.get(next.id())) {
        if (missing.merge(vertex.event().id(), -1, Integer::sum) == 0) {
          candidates.add(vertex);
        }
      }
    }
    return sorted;
  }
}
