package org.theseus.pdu.core.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.EventSource;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.StateKey;

/**
 * How many users of each server are joined in a state. Immutable.
 *
 * @param counts the servers that have any
 */
public record Joined(Map<ServerName, Integer> counts) {
  private static final String MEMBER = "m.room.member";

  /** Copies the map. */
  public Joined {
    counts = Map.copyOf(counts);
  }

  /**
   * Counts a whole state.
   *
   * @param state the state
   * @param events the stored events
   * @param fresh events of it that are not stored yet
   * @return the counts
   */
  static Joined of(State state, Events events, Map<EventId, EventSource.Judged> fresh) {
    List<EventId> members = new ArrayList<>();
    state
        .map()
        .asMap()
        .forEach(
            (slot, event) -> {
              if (slot.type().equals(MEMBER)) {
                members.add(event);
              }
            });
    Map<EventId, EventSource.Judged> found = new HashMap<>(events.find(members));
    found.putAll(fresh);
    found.keySet().retainAll(Set.copyOf(members));
    Map<ServerName, Integer> counts = new HashMap<>();
    found.values().stream()
        .map(EventSource.Judged::event)
        .filter(Joined::isJoin)
        .forEach(event -> counts.merge(Members.subject(event).server(), 1, Integer::sum));
    return new Joined(counts);
  }

  /**
   * Follows a change of the state.
   *
   * @param before the state these are the counts of
   * @param after the changed state
   * @param events finds the events of both
   * @return the counts of the changed state
   */
  Joined follow(State before, State after, EventSource events) {
    Set<StateKey> changed = after.differences(before);
    changed.removeIf(slot -> !slot.type().equals(MEMBER));
    if (changed.isEmpty()) {
      return this;
    }
    Map<ServerName, Integer> next = new HashMap<>(counts);
    for (StateKey slot : changed) {
      count(next, before.lookup(events).apply(slot), -1);
      count(next, after.lookup(events).apply(slot), 1);
    }
    return new Joined(next);
  }

  /**
   * Tells the servers.
   *
   * @return those with a joined user
   */
  public Set<ServerName> servers() {
    return counts.keySet();
  }

  private static void count(
      Map<ServerName, Integer> counts, Optional<Event> member, int difference) {
    member
        .filter(Joined::isJoin)
        .ifPresent(
            event ->
                counts.merge(
                    Members.subject(event).server(),
                    difference,
                    (one, other) -> one + other == 0 ? null : one + other));
  }

  private static boolean isJoin(Event event) {
    return Members.membership(event).equals("join");
  }
}
