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

  /** The positions of the mainline, as far as they were needed. */
  private final Map<EventId, Integer> mainline = new HashMap<>();

  /** The positions of other power levels that were passed. */
  private final Map<EventId, Integer> passedBy = new HashMap<>();

  /** Where the mainline goes on. */
  private Optional<Event> rest;

  /**
   * Begins the mainline: the power levels, the power levels in their auth_events, and so on.
   *
   * @param powerLevels the power levels in force, if there are any
   */
  MainlineOrdering(AuthGraph graph, Optional<Event> powerLevels) {
    this.graph = graph;
    this.rest = powerLevels;
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
      EventId id = next.get().id();
      Integer known = onMainline(id).orElseGet(() -> passedBy.putIfAbsent(id, INFINITY));
      if (known != null) {
        position = known;
        break;
      }
      passed.add(id);
      next = citedPowerLevels(next.get());
    }
    for (EventId id : passed) {
      passedBy.put(id, position);
    }
    return position;
  }

  /** Fetches the mainline as far as an event can belong to it: what cites it has a higher rank. */
  private Optional<Integer> onMainline(EventId id) {
    int rank = graph.rank(id);
    while (rest.isPresent() && graph.rank(rest.get().id()) >= rank) {
      boolean isNew = mainline.putIfAbsent(rest.get().id(), mainline.size()) == null;
      rest = isNew ? citedPowerLevels(rest.get()) : Optional.empty();
    }
    return Optional.ofNullable(mainline.get(id));
  }

  private Optional<Event> citedPowerLevels(Event event) {
    return graph.cited(event, StateKey.POWER_LEVELS).map(EventSource.Judged::event);
  }
}
