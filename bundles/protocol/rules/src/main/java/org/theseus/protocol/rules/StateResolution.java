package org.theseus.protocol.rules;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.EventSource;
import org.theseus.protocol.api.Resolution;
import org.theseus.protocol.api.Resolution.Choice;
import org.theseus.protocol.api.StateKey;
import org.theseus.protocol.api.StateMap;
import org.theseus.protocol.api.StateMaps;

/** The state resolution of a room version. */
final class StateResolution {
  private final VersionRules rules;
  private final AuthRules authRules;
  private final StateMaps maps;

  StateResolution(VersionRules rules, AuthRules authRules, StateMaps maps) {
    this.rules = rules;
    this.authRules = authRules;
    this.maps = maps;
  }

  /** See {@link org.theseus.protocol.api.RoomVersion#explain}. */
  Resolution explain(List<StateMap> states, EventSource events) {
    List<StateMap> distinct = states.stream().distinct().toList();
    if (distinct.size() < 2) {
      return new Resolution(distinct.stream().findFirst().orElseGet(maps::empty), Map.of());
    }
    StateSplit split = StateSplit.of(distinct);
    AuthGraph graph = new AuthGraph(events);
    Trials trials =
        switch (rules.resolution()) {
          case V1 -> new FirstResolution(authRules, graph, split).resolve();
          case V2, V2_1 -> new SecondResolution(rules, authRules, graph).resolve(split);
        };
    // The unconflicted entries are those of any of the states.
    StateMap result = distinct.get(0);
    Map<StateKey, Choice> choices = trials.choices(split);
    for (Map.Entry<StateKey, Choice> choice : choices.entrySet()) {
      StateKey slot = choice.getKey();
      Optional<EventId> event = choice.getValue().event();
      result = event.isPresent() ? result.with(slot, event.get()) : result.without(slot);
    }
    return new Resolution(result, choices);
  }

  /** See {@link org.theseus.protocol.api.RoomVersion#authChain}. */
  Set<EventId> authChain(Collection<EventId> from, EventSource events) {
    Set<EventId> chain = new AuthGraph(events).chain(from);
    if (rules.has(Feature.ROOM_ID_FROM_CREATE)) {
      from.stream()
          .flatMap(id -> events.find(id).stream())
          .map(EventSource.Judged::event)
          .filter(event -> !event.fills(StateKey.CREATE))
          .map(Event::roomId)
          .distinct()
          .flatMap(room -> CreateEvents.find(room, events).stream())
          .forEach(create -> chain.add(create.event().id()));
    }
    return chain;
  }
}
