package org.theseus.protocol.rules;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.EventSource;
import org.theseus.protocol.api.StateKey;

/** The mainline ordering of events, based on the power levels in force. For one resolution. */
final class MainlineOrdering {
  private static final int INFINITY = Integer.MAX_VALUE;

  private final AuthGraph graph;

  /** The positions known so far: those of the mainline itself, then those of events passed. */
  private final Map<EventId, Integer> positions = new HashMap<>();

  /**
   * Fetches the mainline: the power levels, the power levels in their auth_events, and so on.
   *
   * @param powerLevels the power levels in force, if there are any
   */
  MainlineOrdering(AuthGraph graph, Optional<Event> powerLevels) {
    this.graph = graph;
    Optional<Event> next = powerLevels;
    while (next.isPresent() && positions.putIfAbsent(next.get().id(), positions.size()) == null) {
      next = citedPowerLevels(next.get());
    }
  }

  /**
   * Sorts: x < y if the mainline position of x is greater than that of y; or x is of an earlier
   * time; or x has the lesser id.
   */
  List<Event> sort(List<Event> events) {
    Map<EventId, Integer> ranks = new HashMap<>();
    events.forEach(event -> ranks.put(event.id(), position(event)));
    List<Event> sorted = new ArrayList<>(events);
    sorted.sort(
        Comparator.comparing((Event event) -> ranks.get(event.id()))
            .reversed()
            .thenComparing(EventOrder.BY_TIME));
    return sorted;
  }

  /**
   * The position of the first mainline event among the power levels an event cites, those they
   * cite, and so on; infinity if there is none.
   */
  private int position(Event event) {
    List<EventId> passed = new ArrayList<>();
    int position = INFINITY;
    Optional<Event> next = citedPowerLevels(event);
    while (next.isPresent()) {
      Integer known = positions.putIfAbsent(next.get().id(), INFINITY);
      if (known != null) {
        position = known;
        break;
      }
      passed.add(next.get().id());
      next = citedPowerLevels(next.get());
    }
    for (EventId id : passed) {
      positions.put(id, position);
    }
    return position;
  }

  private Optional<Event> citedPowerLevels(Event event) {
    return graph.cited(event, StateKey.POWER_LEVELS).map(EventSource.Judged::event);
  }
}
