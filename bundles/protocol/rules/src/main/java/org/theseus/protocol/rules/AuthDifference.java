package org.theseus.protocol.rules;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import org.theseus.protocol.api.AuthIndex;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.EventSource;

/**
 * The auth difference: if C_i is the full auth chain of the state S_i, that is the union of the
 * auth chains of each event in S_i, then it is the union of all C_i without their intersection.
 * What the chains of unconflicted events reach is in every C_i, so only what conflicted events
 * alone reach is of interest. For one resolution.
 */
final class AuthDifference {
  private final AuthGraph graph;
  private final StateSplit split;

  /** What is known to be in the auth chain of the unconflicted events, and what not to be. */
  private final Map<EventId, Boolean> agreed = new HashMap<>();

  AuthDifference(AuthGraph graph, StateSplit split) {
    this.graph = graph;
    this.split = split;
  }

  Set<EventId> compute() {
    Optional<AuthIndex> index = graph.index();
    Map<EventId, Integer> chains = new HashMap<>();
    for (Map<?, EventId> state : split.conflicted()) {
      Set<EventId> chain =
          index.isPresent()
              ? chainOfItsOwn(state.values(), index.get())
              : graph.chain(state.values());
      chain.forEach(id -> chains.merge(id, 1, Integer::sum));
    }
    Set<EventId> difference = new HashSet<>(chains.keySet());
    difference.removeIf(id -> chains.get(id) == split.conflicted().size());
    if (index.isEmpty() && !difference.isEmpty()) {
      difference.removeAll(graph.chain(split.agreedEvents()));
    }
    return difference;
  }

  /** The auth chain of some events as far as unconflicted events do not reach it. */
  private Set<EventId> chainOfItsOwn(Collection<EventId> from, AuthIndex index) {
    Set<EventId> chain = new HashSet<>();
    Deque<EventId> open = new ArrayDeque<>(from);
    while (!open.isEmpty()) {
      for (EventId cited : graph.authEvents(open.pop())) {
        if (!chain.contains(cited) && !isInAgreedChain(cited, index)) {
          chain.add(cited);
          open.push(cited);
        }
      }
    }
    return chain;
  }

  /**
   * Goes from an event to those that cite it, the latest first, until one of them is an
   * unconflicted event. In a room of any size most ways lead there in a step or two; where none
   * does, all events passed are of the branches that differ.
   */
  private boolean isInAgreedChain(EventId id, AuthIndex index) {
    Boolean known = agreed.get(id);
    if (known != null) {
      return known;
    }
    Set<EventId> seen = new HashSet<>(List.of(id));
    List<Ranked> passed = new ArrayList<>();
    PriorityQueue<Ranked> open = new PriorityQueue<>(List.of(new Ranked(id, -1)));
    while (!open.isEmpty()) {
      Ranked next = open.remove();
      for (EventId citing : index.citing(next.id())) {
        Boolean reached = agreed.get(citing);
        if (isAgreed(citing) || Boolean.TRUE.equals(reached)) {
          // All ways on from those of no lower rank had been gone before this one's turn came.
          passed.removeIf(each -> each.rank() < next.rank());
          passed.forEach(each -> agreed.put(each.id(), false));
          agreed.put(next.id(), true);
          agreed.put(id, true);
          return true;
        }
        if (reached == null && seen.add(citing)) {
          open.add(new Ranked(citing, index.rank(citing)));
        }
      }
      passed.add(next);
    }
    passed.forEach(each -> agreed.put(each.id(), false));
    return false;
  }

  private boolean isAgreed(EventId id) {
    return graph
        .find(id)
        .map(EventSource.Judged::event)
        .flatMap(Event::slot)
        .flatMap(split::agreed)
        .filter(id::equals)
        .isPresent();
  }

  /** An event to go on from, those of the highest rank first. */
  private record Ranked(EventId id, int rank) implements Comparable<Ranked> {
    @Override
    public int compareTo(Ranked other) {
      return Integer.compare(other.rank, rank);
    }
  }
}
