package org.theseus.pdu.core.missing;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;

/**
 * What lies between the graph and some events that are wanted, as far as it is known by now. Only
 * the wanted ones and what they follow gets in, however much is offered. Used by one thread at a
 * time.
 */
final class Gap {
  /** No gap is filled event by event beyond this. */
  private static final int MAX_EVENTS = 100;

  private final Set<EventId> wanted;
  private final Set<EventId> beyond;
  private final Predicate<Event> acceptable;
  private final Function<Collection<EventId>, Set<EventId>> inGraph;
  private final Map<EventId, Event> pulled = new LinkedHashMap<>();
  private final Set<EventId> known;

  /**
   * Opens a gap.
   *
   * @param wanted the events to begin with
   * @param beyond events that are not asked for, since our history begins after them
   * @param acceptable which events may be taken in
   * @param inGraph tells which events stand in the graph; blocks for a query of the store
   */
  Gap(
      Collection<EventId> wanted,
      Set<EventId> beyond,
      Predicate<Event> acceptable,
      Function<Collection<EventId>, Set<EventId>> inGraph) {
    this.wanted = Set.copyOf(wanted);
    this.beyond = new HashSet<>(beyond);
    this.beyond.removeAll(wanted);
    this.acceptable = acceptable;
    this.inGraph = inGraph;
    this.known = new HashSet<>(inGraph.apply(wanted));
  }

  /** The events to begin with that are still missing. */
  List<EventId> openWanted() {
    return open(wanted);
  }

  /** What an event follows and is still missing. */
  List<EventId> openBehind(Event event) {
    return open(event.prevEvents());
  }

  /** The pulled events that follow what is still missing and is to be asked for. */
  List<EventId> edge() {
    return pulled.values().stream()
        .filter(event -> !beyond.containsAll(openBehind(event)))
        .map(Event::id)
        .toList();
  }

  boolean isFilled() {
    return openWanted().isEmpty() && edge().isEmpty();
  }

  boolean isFull() {
    return pulled.size() >= MAX_EVENTS;
  }

  boolean contains(EventId id) {
    return pulled.containsKey(id);
  }

  /**
   * Takes events in.
   *
   * @param offered verified events of the room
   * @return whether any of them was of use
   */
  boolean add(Map<EventId, Event> offered) {
    int before = pulled.size();
    Deque<EventId> next = new ArrayDeque<>(openWanted());
    pulled.values().forEach(event -> next.addAll(openBehind(event)));
    while (!next.isEmpty() && !isFull()) {
      Optional.ofNullable(offered.get(next.remove()))
          .filter(event -> !pulled.containsKey(event.id()) && !beyond.contains(event.id()))
          .filter(acceptable)
          .ifPresent(
              event -> {
                pulled.put(event.id(), event);
                known.addAll(inGraph.apply(event.prevEvents()));
                next.addAll(openBehind(event));
              });
    }
    return pulled.size() > before;
  }

  private List<EventId> open(Collection<EventId> ids) {
    return ids.stream().filter(id -> !known.contains(id) && !pulled.containsKey(id)).toList();
  }

  /**
   * All pulled events, each after those it follows. What follows itself in a circle is left out.
   */
  List<Event> inOrder() {
    Map<EventId, Integer> waitsFor = new HashMap<>();
    Map<EventId, List<Event>> followers = new HashMap<>();
    Deque<Event> ready = new ArrayDeque<>();
    for (Event event : pulled.values()) {
      List<EventId> prev =
          event.prevEvents().stream().distinct().filter(pulled::containsKey).toList();
      prev.forEach(id -> followers.computeIfAbsent(id, none -> new ArrayList<>()).add(event));
      waitsFor.put(event.id(), prev.size());
      if (prev.isEmpty()) {
        ready.add(event);
      }
    }
    List<Event> order = new ArrayList<>();
    while (!ready.isEmpty()) {
      Event event = ready.remove();
      order.add(event);
      for (Event follower : followers.getOrDefault(event.id(), List.of())) {
        if (waitsFor.merge(follower.id(), -1, Integer::sum) == 0) {
          ready.add(follower);
        }
      }
    }
    return order;
  }
}
