package org.theseus.protocol.rules;

import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import org.theseus.protocol.api.AuthIndex;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.StateKey;

/**
 * The auth difference: if C_i is the full auth chain of the state S_i, that is the union of the
 * auth chains of each event in S_i, then it is the union of all C_i without their intersection.
 * What the chains of unconflicted events reach is in every C_i, so only what conflicted events
 * alone reach is of interest. For one resolution.
 */
final class AuthDifference {
  private final AuthGraph graph;
  private final StateSplit split;

  AuthDifference(AuthGraph graph, StateSplit split) {
    this.graph = graph;
    this.split = split;
  }

  Set<EventId> compute() {
    return graph.index().map(index -> new Descent(index).compute()).orElseGet(this::ofWholeChains);
  }

  private Set<EventId> ofWholeChains() {
    Map<EventId, Integer> chains = new HashMap<>();
    for (Map<?, EventId> state : split.conflicted()) {
      graph.chain(state.values()).forEach(id -> chains.merge(id, 1, Integer::sum));
    }
    Set<EventId> difference = new HashSet<>(chains.keySet());
    difference.removeIf(id -> chains.get(id) == split.conflicted().size());
    if (!difference.isEmpty()) {
      difference.removeAll(graph.chain(split.agreedEvents()));
    }
    return difference;
  }

  /**
   * Goes down from all conflicted events at once, the highest rank first, so that all that lead to
   * an event have had their turn before it has. What is in every C_i needs no walk below it, for so
   * is all it cites: the walk ends where the states have parted, however old the room is.
   */
  private final class Descent {
    private final AuthIndex index;
    private final CommonEvents common;

    /** The states whose chains an event was found in. */
    private final Map<EventId, BitSet> chains = new HashMap<>();

    private final PriorityQueue<RankedEvent> open = new PriorityQueue<>();

    /** How many of the open events are not known to be in every chain. */
    private int undecided;

    Descent(AuthIndex index) {
      this.index = index;
      this.common = new CommonEvents(graph, split, index);
    }

    Set<EventId> compute() {
      List<Map<StateKey, EventId>> states = split.conflicted();
      for (int i = 0; i < states.size(); i++) {
        BitSet state = new BitSet();
        state.set(i);
        states.get(i).values().forEach(id -> reach(graph.authEvents(id), state));
      }
      Set<EventId> difference = new HashSet<>();
      while (undecided > 0) {
        EventId next = open.remove().id();
        BitSet found = chains.get(next);
        if (isWhole(found)) {
          common.add(next);
          continue;
        }
        undecided--;
        if (!common.reaches(next)) {
          common.exclude(next);
          difference.add(next);
          reach(graph.authEvents(next), found);
        }
      }
      return difference;
    }

    private void reach(Collection<EventId> ids, BitSet states) {
      for (EventId id : ids) {
        BitSet found = chains.get(id);
        if (found == null) {
          found = new BitSet();
          chains.put(id, found);
          open.add(new RankedEvent(id, index.rank(id)));
          undecided++;
        }
        if (!isWhole(found)) {
          found.or(states);
          undecided -= isWhole(found) ? 1 : 0;
        }
      }
    }

    private boolean isWhole(BitSet states) {
      return states.cardinality() == split.conflicted().size();
    }
  }
}
