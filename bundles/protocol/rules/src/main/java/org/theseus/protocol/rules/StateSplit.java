package org.theseus.protocol.rules;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.StateKey;
import org.theseus.protocol.api.StateMap;

/**
 * The states to be resolved, divided: if a key is present in every state with the same event, the
 * pair belongs to the unconflicted state map; otherwise, the event belongs to the conflicted state
 * set. Costs the difference.
 *
 * @param any one of the states, whose other entries all states have
 * @param conflictedSlots the slots of the conflicted events
 * @param conflicted what of each state is conflicted
 */
record StateSplit(
    StateMap any, Set<StateKey> conflictedSlots, List<Map<StateKey, EventId>> conflicted) {

  static StateSplit of(List<StateMap> states) {
    StateMap first = states.get(0);
    Set<StateKey> slots = new HashSet<>();
    states.forEach(state -> slots.addAll(first.differences(state)));
    List<Map<StateKey, EventId>> conflicted = new ArrayList<>();
    for (StateMap state : states) {
      Map<StateKey, EventId> part = new HashMap<>();
      slots.forEach(slot -> state.get(slot).ifPresent(event -> part.put(slot, event)));
      conflicted.add(part);
    }
    return new StateSplit(first, slots, conflicted);
  }

  /** Looks a slot up in the unconflicted state map. */
  Optional<EventId> agreed(StateKey slot) {
    return conflictedSlots.contains(slot) ? Optional.empty() : any.get(slot);
  }

  /** The events of the unconflicted state map, as many as the room has state. */
  List<EventId> agreedEvents() {
    List<EventId> events = new ArrayList<>();
    any.asMap()
        .forEach(
            (slot, event) -> {
              if (!conflictedSlots.contains(slot)) {
                events.add(event);
              }
            });
    return events;
  }

  /** The conflicted state set. */
  Set<EventId> conflictedSet() {
    Set<EventId> set = new HashSet<>();
    conflicted.forEach(state -> set.addAll(state.values()));
    return set;
  }
}
