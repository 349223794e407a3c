package org.theseus.protocol.rules;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.theseus.protocol.api.AuthIndex;
import org.theseus.protocol.api.EventId;

/**
 * The paths that lead from some events by auth_events to others. With an index they are looked for
 * from both ends, a step here and a step there, until one side has no way left: that costs no more
 * than twice the lesser of what lies below the ones and what lies above the others.
 */
final class AuthPaths {
  private final AuthGraph graph;
  private final Collection<EventId> from;
  private final Set<EventId> to;

  AuthPaths(AuthGraph graph, Collection<EventId> from, Set<EventId> to) {
    this.graph = graph;
    this.from = from;
    this.to = to;
  }

  /** Names all events on the paths with their ends; a path has a step at least. */
  Set<EventId> events() {
    int least = to.stream().mapToInt(graph::rank).min().orElse(0);
    AuthWalk down = new AuthWalk(from, graph::authEvents, id -> graph.rank(id) >= least);
    if (graph.index().isPresent()) {
      AuthIndex index = graph.index().get();
      int greatest = from.stream().mapToInt(graph::rank).max().orElse(0);
      AuthWalk up = new AuthWalk(to, index::citing, id -> graph.rank(id) <= greatest);
      while (!down.isOver() && !up.isOver()) {
        down.step();
        up.step();
      }
      if (up.isOver()) {
        return downWithin(up.finish());
      }
    }
    return upWithin(down.finish());
  }

  /** All paths, given what leads to their ends and is cited itself. */
  private Set<EventId> downWithin(Set<EventId> above) {
    Set<EventId> within = new HashSet<>(above);
    within.addAll(to);
    Set<EventId> starts = new HashSet<>(from);
    starts.removeIf(id -> Collections.disjoint(graph.authEvents(id), within));
    Set<EventId> events = new AuthWalk(starts, graph::authEvents, within::contains).finish();
    events.addAll(starts);
    return events;
  }

  /** All paths, given what their starts lead to. */
  private Set<EventId> upWithin(Set<EventId> below) {
    Map<EventId, List<EventId>> citing = new HashMap<>();
    Set<EventId> all = new HashSet<>(below);
    all.addAll(from);
    for (EventId id : all) {
      graph
          .authEvents(id)
          .forEach(cited -> citing.computeIfAbsent(cited, key -> new ArrayList<>()).add(id));
    }
    Set<EventId> ends = new HashSet<>(to);
    ends.retainAll(below);
    Set<EventId> events =
        new AuthWalk(ends, id -> citing.getOrDefault(id, List.of()), all::contains).finish();
    events.addAll(ends);
    return events;
  }
}
