package org.theseus.protocol.rules;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
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
 * The graph that auth_events make of events. Walked without recursion, for it may be as deep as a
 * room is old; events that are not known end their branch. For one thread.
 */
final class AuthGraph {
  private final EventSource events;
  private final Map<EventId, Optional<EventSource.Judged>> found = new HashMap<>();

  AuthGraph(EventSource events) {
    this.events = events;
  }

  /** Finds an event and keeps it at hand. */
  Optional<EventSource.Judged> find(EventId id) {
    return found.computeIfAbsent(id, events::find);
  }

  /** Finds events that must be there. */
  List<Event> all(Collection<EventId> ids) {
    List<Event> all = new ArrayList<>(ids.size());
    for (EventId id : ids) {
      all.add(
          find(id).orElseThrow(() -> new IllegalArgumentException("no such event: " + id)).event());
    }
    return all;
  }

  /** Finds the event among an event's auth_events that fills a slot. */
  Optional<EventSource.Judged> cited(Event event, StateKey slot) {
    return event.authEvents().stream()
        .map(this::find)
        .flatMap(Optional::stream)
        .filter(entry -> entry.event().fills(slot))
        .findFirst();
  }

  /** The index over the graph, if there is one. */
  Optional<AuthIndex> index() {
    return events.authIndex();
  }

  /** How far an event is from the start of the graph; 0 for all of them without an index. */
  int rank(EventId id) {
    return index().map(known -> known.rank(id)).orElse(0);
  }

  /**
   * The auth chain: what is reached from events by auth_events, the events themselves only if so.
   */
  Set<EventId> chain(Collection<EventId> from) {
    return new AuthWalk(from, this::authEvents, id -> true).finish();
  }

  /** Long walks keep no events: their chains may be larger than memory should hold. */
  List<EventId> authEvents(EventId id) {
    Optional<EventSource.Judged> known = found.get(id);
    return (known == null ? events.find(id) : known)
        .map(entry -> entry.event().authEvents())
        .orElse(List.of());
  }
}
