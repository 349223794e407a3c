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
import java.util.Set;
import java.util.function.Function;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;

/**
 * What lies between the graph and an event, as far as it is known by now. Only what the event
 * follows gets in, however much is offered. Used by one thread at a time.
 */
final class Gap {
  /** No gap is filled event by event beyond this. */
  private static final int MAX_EVENTS = 100;

  private final Event top;
  private final Function<Collection<EventId>, Set<EventId>> inGraph;
  private final Map<EventId, Event> pulled = new LinkedHashMap<>();
  private final Set<EventId> known = new HashSet<>();

  /**
   * @param inGraph tells which events stand in the graph; blocks for a query of the store
   */
  Gap(Event top, Function<Collection<EventId>, Set<EventId>> inGraph) {
    this.top = top;
    this.inGraph = inGraph;
    look(top);
  }

  /** The events that are followed and neither in the graph nor pulled. */
  Set<EventId> open() {
    Set<EventId> open = new HashSet<>(openBehind(top));
    pulled.values().forEach(event -> open.addAll(openBehind(event)));
    return open;
  }

  List<EventId> openBehind(Event event) {
    return event.prevEvents().stream()
        .filter(prev -> !known.contains(prev) && !pulled.containsKey(prev))
        .toList();
  }

  /** The events to ask behind: those that follow what is missing. */
  List<EventId> edge() {
    List<EventId> edge = new ArrayList<>();
    if (!openBehind(top).isEmpty()) {
      edge.add(top.id());
    }
    pulled.values().stream()
        .filter(event -> !openBehind(event).isEmpty())
        .forEach(event -> edge.add(event.id()));
    return edge;
  }

  /**
   * Takes events in.
   *
   * @param offered verified events of the room
   * @return whether any of them was of use
   */
  boolean add(Map<EventId, Event> offered) {
    int before = pulled.size();
    Deque<EventId> wanted = new ArrayDeque<>(open());
    while (!wanted.isEmpty() && pulled.size() < MAX_EVENTS) {
      Event event = offered.get(wanted.remove());
      if (event != null && !event.id().equals(top.id()) && !event.exceedsReferenceLimits()) {
        pulled.put(event.id(), event);
        look(event);
        wanted.addAll(openBehind(event));
      }
    }
    return pulled.size() > before;
  }

  boolean isFull() {
    return pulled.size() >= MAX_EVENTS;
  }

  boolean contains(EventId id) {
    return pulled.containsKey(id);
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

  private void look(Event event) {
    known.addAll(inGraph.apply(event.prevEvents()));
  }
}
