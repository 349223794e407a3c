package org.theseus.protocol.rules;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.StateKey;

/**
 * State resolution 2 and 2.1 once more, as slow and as near to the words of the specification as
 * can be. It shares nothing with the real one.
 */
final class ResolutionOracle {
  private final TestRoom room;
  private final OracleRoom oracle;
  private final boolean revised;
  private final Map<EventId, Set<EventId>> authChains = new HashMap<>();

  ResolutionOracle(TestRoom room) {
    this.room = room;
    this.oracle = new OracleRoom(room);
    this.revised = oracle.version == 12;
  }

  Map<StateKey, EventId> resolve(List<Map<StateKey, EventId>> states) {
    Map<StateKey, EventId> unconflicted = new HashMap<>();
    Set<EventId> conflicted = new HashSet<>();
    for (Map<StateKey, EventId> state : states) {
      for (Map.Entry<StateKey, EventId> pair : state.entrySet()) {
        boolean everywhere = true;
        for (Map<StateKey, EventId> other : states) {
          everywhere &= pair.getValue().equals(other.get(pair.getKey()));
        }
        if (everywhere) {
          unconflicted.put(pair.getKey(), pair.getValue());
        } else {
          conflicted.add(pair.getValue());
        }
      }
    }
    Set<EventId> full = new HashSet<>(conflicted);
    full.addAll(authDifference(states));
    if (revised) {
      full.addAll(conflictedStateSubgraph(conflicted));
    }

    Set<EventId> x = new HashSet<>();
    for (EventId id : full) {
      if (isPowerEvent(event(id))) {
        x.add(id);
        for (EventId behind : authChain(id)) {
          if (full.contains(behind)) {
            x.add(behind);
          }
        }
      }
    }
    Map<StateKey, EventId> partial =
        iterativeAuthChecks(revised ? Map.of() : unconflicted, reverseTopologicalPowerOrdering(x));

    Set<EventId> rest = new HashSet<>(full);
    rest.removeAll(x);
    Map<StateKey, EventId> result =
        iterativeAuthChecks(partial, mainlineOrdering(rest, partial.get(StateKey.POWER_LEVELS)));
    result.putAll(unconflicted);
    return result;
  }

  private Set<EventId> authChain(EventId id) {
    Set<EventId> known = authChains.get(id);
    if (known == null) {
      known = computeAuthChain(id);
      authChains.put(id, known);
    }
    return known;
  }

  private Set<EventId> computeAuthChain(EventId id) {
    Set<EventId> chain = new HashSet<>(event(id).authEvents());
    boolean growing = true;
    while (growing) {
      Set<EventId> next = new HashSet<>(chain);
      for (EventId member : chain) {
        next.addAll(event(member).authEvents());
      }
      growing = next.size() > chain.size();
      chain = next;
    }
    return chain;
  }

  private Set<EventId> authDifference(List<Map<StateKey, EventId>> states) {
    List<Set<EventId>> fullAuthChains = new ArrayList<>();
    for (Map<StateKey, EventId> state : states) {
      Set<EventId> chain = new HashSet<>();
      for (EventId id : state.values()) {
        chain.addAll(authChain(id));
      }
      fullAuthChains.add(chain);
    }
    Set<EventId> union = new HashSet<>();
    fullAuthChains.forEach(union::addAll);
    Set<EventId> intersection = new HashSet<>(union);
    fullAuthChains.forEach(intersection::retainAll);
    union.removeAll(intersection);
    return union;
  }

  private Set<EventId> conflictedStateSubgraph(Set<EventId> conflicted) {
    Set<EventId> subgraph = new HashSet<>();
    for (EventId start : conflicted) {
      for (EventId passed : authChain(start)) {
        for (EventId end : conflicted) {
          if (passed.equals(end) || authChain(passed).contains(end)) {
            subgraph.add(start);
            subgraph.add(passed);
            subgraph.add(end);
          }
        }
      }
    }
    return subgraph;
  }

  private static boolean isPowerEvent(Event event) {
    if (event.stateKey().isEmpty()) {
      return false;
    }
    if (event.type().equals("m.room.power_levels") || event.type().equals("m.room.join_rules")) {
      return true;
    }
    String membership = event.content().string("membership").orElse("");
    return event.type().equals("m.room.member")
        && (membership.equals("leave") || membership.equals("ban"))
        && !event.stateKey().get().equals(event.sender().value());
  }

  private List<EventId> reverseTopologicalPowerOrdering(Set<EventId> set) {
    List<EventId> ordering = new ArrayList<>();
    while (ordering.size() < set.size()) {
      EventId smallest = null;
      for (EventId candidate : set) {
        Set<EventId> before = new HashSet<>(event(candidate).authEvents());
        before.retainAll(set);
        if (!ordering.contains(candidate)
            && ordering.containsAll(before)
            && (smallest == null || isLessByPower(candidate, smallest))) {
          smallest = candidate;
        }
      }
      ordering.add(smallest);
    }
    return ordering;
  }

  private boolean isLessByPower(EventId x, EventId y) {
    int compared = oracle.senderPower(event(x)).compareTo(oracle.senderPower(event(y)));
    return compared == 0 ? isLessByTime(x, y) : compared > 0;
  }

  private boolean isLessByTime(EventId x, EventId y) {
    long timeOfX = event(x).originServerTs();
    long timeOfY = event(y).originServerTs();
    return timeOfX == timeOfY ? x.value().compareTo(y.value()) < 0 : timeOfX < timeOfY;
  }

  private List<EventId> mainlineOrdering(Set<EventId> set, EventId p) {
    List<EventId> mainline = new ArrayList<>();
    if (p != null) {
      mainline.add(p);
      mainline.addAll(powerLevelsBehind(p));
    }
    List<EventId> ordering = new ArrayList<>();
    while (ordering.size() < set.size()) {
      EventId smallest = null;
      for (EventId candidate : set) {
        if (!ordering.contains(candidate)
            && (smallest == null || isLessByMainline(candidate, smallest, mainline))) {
          smallest = candidate;
        }
      }
      ordering.add(smallest);
    }
    return ordering;
  }

  private boolean isLessByMainline(EventId x, EventId y, List<EventId> mainline) {
    int positionOfX = mainlinePosition(x, mainline);
    int positionOfY = mainlinePosition(y, mainline);
    return positionOfX == positionOfY ? isLessByTime(x, y) : positionOfX > positionOfY;
  }

  private int mainlinePosition(EventId e, List<EventId> mainline) {
    for (EventId behind : powerLevelsBehind(e)) {
      if (mainline.contains(behind)) {
        return mainline.indexOf(behind);
      }
    }
    return Integer.MAX_VALUE;
  }

  private List<EventId> powerLevelsBehind(EventId e) {
    List<EventId> list = new ArrayList<>();
    EventId next = e;
    while (next != null) {
      EventId current = next;
      next = null;
      for (EventId id : event(current).authEvents()) {
        if (event(id).fills(StateKey.POWER_LEVELS)) {
          next = id;
        }
      }
      if (next != null) {
        list.add(next);
      }
    }
    return list;
  }

  private Map<StateKey, EventId> iterativeAuthChecks(
      Map<StateKey, EventId> initial, List<EventId> sorted) {
    Map<StateKey, EventId> state = new HashMap<>(initial);
    for (EventId id : sorted) {
      Event event = event(id);
      Map<StateKey, Event> seen = new HashMap<>();
      for (EventId cited : event.authEvents()) {
        if (!room.rejected.contains(cited)) {
          seen.put(event(cited).slot().orElseThrow(), event(cited));
        }
      }
      state.forEach((slot, inForce) -> seen.put(slot, event(inForce)));
      if (oracle.allows(event, seen)) {
        state.put(event.slot().orElseThrow(), id);
      }
    }
    return state;
  }

  private Event event(EventId id) {
    return room.events.get(id);
  }
}
