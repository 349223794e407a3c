package org.theseus.protocol.rules;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.Resolution.Choice;
import org.theseus.protocol.api.Resolution.Rule;
import org.theseus.protocol.api.Resolution.Trial;
import org.theseus.protocol.api.StateKey;
import org.theseus.protocol.api.Verdict;

/** The record of a resolution: which events were tried, and what came to be in force. */
final class Trials {
  private final Map<StateKey, List<Trial>> trials = new HashMap<>();
  private final Map<StateKey, EventId> inForce = new HashMap<>();
  private final Map<StateKey, Rule> rules = new HashMap<>();

  /** Notes that an event was tried and, if it was allowed, is in force from now on. */
  void add(StateKey slot, Rule rule, Event event, Verdict verdict) {
    trials
        .computeIfAbsent(slot, key -> new ArrayList<>())
        .add(new Trial(event.id(), rule, verdict));
    if (verdict.allowed()) {
      put(slot, rule, event.id());
    }
  }

  /** Notes that an event is in force without having been tried. */
  void put(StateKey slot, Rule rule, EventId event) {
    inForce.put(slot, event);
    rules.put(slot, rule);
  }

  /** The events in force so far. */
  Map<StateKey, EventId> inForce() {
    return inForce;
  }

  /** What decided about each slot that states differ about or that events were tried for. */
  Map<StateKey, Choice> choices(StateSplit split) {
    Set<StateKey> slots = new HashSet<>(split.conflictedSlots());
    slots.addAll(trials.keySet());
    Map<StateKey, Choice> choices = new HashMap<>();
    for (StateKey slot : slots) {
      List<Trial> tried = trials.getOrDefault(slot, List.of());
      Optional<EventId> agreed = split.agreed(slot);
      choices.put(
          slot,
          agreed.isPresent()
              ? new Choice(agreed, Rule.AGREED, tried)
              : new Choice(
                  Optional.ofNullable(inForce.get(slot)),
                  rules.getOrDefault(slot, Rule.NONE_ALLOWED),
                  tried));
    }
    return choices;
  }
}
