package org.theseus.protocol.rules;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.StateKey;

/**
 * The states to be resolved, divided: if a key is present in every state with the same event, the
 * pair belongs to the unconflicted state map; otherwise, the event belongs to the conflicted state
 * set.
 *
 * @param unconflicted the unconflicted state map
 * @param conflicted what of each state is conflicted
 */
record StateSplit(Map<StateKey, EventId> unconflicted, List<Map<StateKey, EventId>> conflicted) {

  static StateSplit of(List<Map<StateKey, EventId>> states) {
    Map<StateKey, EventId> unconflicted = new HashMap<>(states.get(0));
    for (Map<StateKey, EventId> state : states.subList(1, states.size())) {
      unconflicted
          .entrySet()
          .removeIf(entry -> !entry.getValue().equals(state.get(entry.getKey())));
    }
    List<Map<StateKey, EventId>> conflicted = new ArrayList<>();
    for (Map<StateKey, EventId> state : states) {
      Map<StateKey, EventId> rest = new HashMap<>();
      state.forEach(
          (slot, event) -> {
            if (!unconflicted.containsKey(slot)) {
              rest.put(slot, event);
            }
          });
      conflicted.add(rest);
    }
    return new StateSplit(unconflicted, conflicted);
  }

  /** The conflicted state set. */
  Set<EventId> conflictedSet() {
    Set<EventId> set = new HashSet<>();
    conflicted.forEach(state -> set.addAll(state.values()));
    return set;
  }

  /** The slots of the conflicted events. */
  Set<StateKey> conflictedSlots() {
    Set<StateKey> slots = new HashSet<>();
    conflicted.forEach(state -> slots.addAll(state.keySet()));
    return slots;
  }
}
