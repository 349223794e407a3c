package org.theseus.protocol.rules;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.EventSource;
import org.theseus.protocol.api.StateKey;

/**
 * The mainline ordering of events, based on the power levels in force. For one resolution.
 *
 * <p>The mainline, which may be as long as the room is old, is only fetched as far as it tells
 * events apart: what cites an event has a higher rank, so all events that are based on the same
 * power levels, of a lower rank than any others, come first wherever these belong.
 */
final class MainlineOrdering {
  private static final int INFINITY = Integer.MAX_VALUE;

  private final AuthGraph graph;

  /** The positions of the mainline, as far as they were needed. */
  private final Map<EventId, Integer> mainline = new HashMap<>();

  /** The least rank of these. */
  private int leastRank = INFINITY;

  /** Where the mainline goes on. */
  private Optional<EventId> rest;

  /** The positions of power levels that events are based on, as far as they are known. */
  private final Map<EventId, Integer> positions = new HashMap<>();

  /** What power levels off the mainline are based on themselves. */
  private final Map<EventId, Optional<EventId>> bases = new HashMap<>();

  private final PriorityQueue<RankedEvent> open = new PriorityQueue<>();

  /**
   * Begins the mainline: the power levels, the power levels in their auth_events, and so on.
   *
   * @param powerLevels the power levels in force, if there are any
   */
  MainlineOrdering(AuthGraph graph, Optional<Event> powerLevels) {
    this.graph = graph;
    this.rest = powerLevels.map(Event::id);
  }

  /**
   * Sorts: x < y if the mainline position of x is greater than that of y; or x is of an earlier
   * time; or x has the lesser id.
   */
  List<Event> sort(List<Event> events) {
    Map<EventId, Integer> found = new HashMap<>();
    events.forEach(event -> open(citedPowerLevels(event)));
    while (!open.isEmpty()) {
      place(open.remove());
    }
    events.forEach(event -> found.put(event.id(), position(citedPowerLevels(event))));
    List<Event> sorted = new ArrayList<>(events);
    sorted.sort(
        Comparator.comparing((Event event) -> found.get(event.id()))
            .reversed()
            .thenComparing(EventOrder.BY_TIME));
    return sorted;
  }

  private void open(Optional<EventId> levels) {
    levels
        .filter(id -> bases.putIfAbsent(id, Optional.empty()) == null)
        .ifPresent(id -> open.add(new RankedEvent(id, graph.rank(id))));
  }

  /** Finds power levels on the mainline, or what they are based on themselves. */
  private void place(RankedEvent levels) {
    if (open.isEmpty() && rest.isPresent() && graph.rank(rest.get()) > levels.rank()) {
      positions.put(levels.id(), mainline.size());
      return;
    }
    fetchMainline(levels.rank());
    Integer position =
        rest.isEmpty() && levels.rank() < leastRank
            ? Integer.valueOf(INFINITY)
            : mainline.get(levels.id());
    if (position == null) {
      Optional<EventId> base = graph.find(levels.id()).flatMap(this::citedPowerLevels);
      bases.put(levels.id(), base);
      open(base);
    } else {
      positions.put(levels.id(), position);
    }
  }

  /** The position of what is based on some power levels; infinity if none is on the mainline. */
  private int position(Optional<EventId> base) {
    List<EventId> passed = new ArrayList<>();
    int position = INFINITY;
    Optional<EventId> next = base;
    while (next.isPresent()) {
      Integer known = positions.putIfAbsent(next.get(), INFINITY);
      if (known != null) {
        position = known;
        break;
      }
      passed.add(next.get());
      next = bases.get(next.get());
    }
    for (EventId id : passed) {
      positions.put(id, position);
    }
    return position;
  }

  /** Fetches the mainline as far as an event of a rank can belong to it. */
  private void fetchMainline(int rank) {
    while (rest.isPresent() && graph.rank(rest.get()) >= rank) {
      leastRank = graph.rank(rest.get());
      boolean isNew = mainline.putIfAbsent(rest.get(), mainline.size()) == null;
      rest = isNew ? graph.find(rest.get()).flatMap(this::citedPowerLevels) : Optional.empty();
    }
  }

  private Optional<EventId> citedPowerLevels(EventSource.Judged entry) {
    return citedPowerLevels(entry.event());
  }

  private Optional<EventId> citedPowerLevels(Event event) {
    return graph.cited(event, StateKey.POWER_LEVELS).map(entry -> entry.event().id());
  }
}
