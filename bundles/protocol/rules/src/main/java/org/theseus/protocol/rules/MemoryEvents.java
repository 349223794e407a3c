package org.theseus.protocol.rules;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.theseus.protocol.api.AuthIndex;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.EventSource;
import org.theseus.protocol.api.StateKey;

/**
 * Events kept in memory with an index over their auth_events, for programs without a store. For one
 * thread.
 *
 * <p>Ours: the specification does not say how events are kept.
 */
public final class MemoryEvents implements EventSource, AuthIndex {
  private final Map<EventId, Judged> events = new HashMap<>();
  private final Map<EventId, Integer> ranks = new HashMap<>();
  private final Map<EventId, Citing> citing = new HashMap<>();

  /** What cites an event, the latest first: slots, and events that are cited themselves. */
  private record Citing(Set<StateKey> seen, Deque<StateKey> slots, Deque<EventId> cited) {
    Citing() {
      this(new HashSet<>(), new ArrayDeque<>(), new ArrayDeque<>());
    }

    void add(StateKey slot) {
      if (seen.add(slot)) {
        slots.addFirst(slot);
      }
    }
  }

  /** Makes an empty collection. */
  public MemoryEvents() {}

  /**
   * Adds an event after all those it cites in auth_events.
   *
   * @param event the event
   * @param rejected whether the rules refused it
   * @throws IllegalStateException if it is there already, or cited by an event that is
   */
  public void add(Event event, boolean rejected) {
    if (citing.containsKey(event.id()) || events.containsKey(event.id())) {
      throw new IllegalStateException("too late for " + event.id());
    }
    int rank = 0;
    for (EventId cited : event.authEvents()) {
      rank = Math.max(rank, rank(cited) + (events.containsKey(cited) ? 1 : 0));
      event.slot().ifPresent(slot -> citing(cited, slot));
    }
    ranks.put(event.id(), rank);
    events.put(event.id(), new Judged(event, rejected));
  }

  @Override
  public Optional<Judged> find(EventId id) {
    return Optional.ofNullable(events.get(id));
  }

  @Override
  public Optional<AuthIndex> authIndex() {
    return Optional.of(this);
  }

  @Override
  public int rank(EventId event) {
    return ranks.getOrDefault(event, 0);
  }

  @Override
  public Iterable<EventId> citing(EventId event) {
    return citing.containsKey(event) ? citing.get(event).cited() : List.of();
  }

  @Override
  public Iterable<StateKey> citingSlots(EventId event) {
    return citing.containsKey(event) ? citing.get(event).slots() : List.of();
  }

  private void citing(EventId cited, StateKey slot) {
    if (!citing.containsKey(cited)) {
      citing.put(cited, new Citing());
      find(cited).map(Judged::event).filter(Event::isState).ifPresent(this::isCited);
    }
    citing.get(cited).add(slot);
  }

  private void isCited(Event event) {
    event.authEvents().stream()
        .distinct()
        .forEach(id -> citing.get(id).cited().addFirst(event.id()));
  }
}
