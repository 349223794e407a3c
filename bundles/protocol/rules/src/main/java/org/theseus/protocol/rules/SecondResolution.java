package org.theseus.protocol.rules;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.EventSource;
import org.theseus.protocol.api.Resolution.Rule;
import org.theseus.protocol.api.StateKey;

/**
 * State resolution versions 2 and 2.1, which begins with an empty state and adds the conflicted
 * state subgraph. For one resolution.
 *
 * @see <a href="https://spec.matrix.org/v1.19/rooms/v2/#state-resolution">Version 2</a>
 * @see <a href="https://spec.matrix.org/v1.19/rooms/v12/#state-resolution">Version 2.1</a>
 */
final class SecondResolution {
  private final boolean revised;
  private final boolean createByRoomId;
  private final AuthRules authRules;
  private final AuthGraph graph;

  SecondResolution(VersionRules rules, AuthRules authRules, AuthGraph graph) {
    this.revised = rules.resolution() == ResolutionAlgorithm.V2_1;
    this.createByRoomId = rules.has(Feature.ROOM_ID_FROM_CREATE);
    this.authRules = authRules;
    this.graph = graph;
  }

  /** Resolves: says what the iterative auth checks added to the state they began with. */
  Trials resolve(StateSplit split) {
    Set<EventId> conflicted = fullConflictedSet(split);
    // 1. Select the set X of all power events that appear in the full conflicted set. For each such
    // power event P, enlarge X by adding the events in the auth chain of P which also belong to the
    // full conflicted set. Sort X into a list using the reverse topological power ordering.
    Set<EventId> powerEvents = new HashSet<>();
    for (Event event : graph.all(conflicted)) {
      if (isPowerEvent(event)) {
        powerEvents.add(event.id());
      }
    }
    Set<EventId> first = withAuthChains(powerEvents, conflicted, split);
    List<Event> sorted = PowerOrdering.sort(graph.all(first), this::senderPowerLevel);
    // 2. Apply the iterative auth checks algorithm, starting from the unconflicted state map (2.1:
    // from an empty state map), to the list of events from the previous step to get a partially
    // resolved state.
    Function<StateKey, Optional<EventId>> base = revised ? slot -> Optional.empty() : split::agreed;
    Trials resolved = new Trials();
    sorted.forEach(event -> check(event, Rule.POWER_ORDERING, base, resolved));
    // 3. Take all remaining events that weren't picked in step 1 and order them by the mainline
    // ordering based on the power level in the partially resolved state obtained in step 2.
    Set<EventId> remaining = new HashSet<>(conflicted);
    remaining.removeAll(first);
    Optional<Event> powerLevels = inForce(StateKey.POWER_LEVELS, base, resolved.inForce());
    List<Event> mainline = new MainlineOrdering(graph, powerLevels).sort(graph.all(remaining));
    // 4. Apply the iterative auth checks algorithm on the partial resolved state and the list of
    // events from the previous step.
    mainline.forEach(event -> check(event, Rule.MAINLINE_ORDERING, base, resolved));
    // 5. Update the result by replacing any event with the event with the same key from the
    // unconflicted state map: done by the caller.
    return resolved;
  }

  /**
   * The full conflicted set is the union of the conflicted state set, (2.1) the conflicted state
   * subgraph, and the auth difference.
   */
  private Set<EventId> fullConflictedSet(StateSplit split) {
    Set<EventId> conflicted = split.conflictedSet();
    Set<EventId> full = new AuthDifference(graph, split).compute();
    // What is not known here was never judged and cannot become state.
    full.removeIf(id -> graph.find(id).isEmpty());
    full.addAll(conflicted);
    if (revised) {
      full.addAll(new AuthPaths(graph, conflicted, conflicted).events());
    }
    return full;
  }

  /** Adds what is in the auth chains of power events and belongs to the full conflicted set. */
  private Set<EventId> withAuthChains(
      Set<EventId> powerEvents, Set<EventId> conflicted, StateSplit split) {
    Set<EventId> enlarged = withCited(powerEvents, conflicted);
    if (!revised) {
      // A way out of the full conflicted set leads through what is in all full auth chains, so it
      // comes back to no event of the auth difference; and the subgraph of 2.1 has all ways between
      // conflicted events in it.
      Set<EventId> rest = split.conflictedSet();
      rest.removeAll(enlarged);
      Set<EventId> reached = new AuthPaths(graph, powerEvents, rest).events();
      reached.retainAll(rest);
      enlarged.addAll(withCited(reached, conflicted));
    }
    return enlarged;
  }

  /** Adds what some events lead to without leaving a set. */
  private Set<EventId> withCited(Set<EventId> ids, Set<EventId> within) {
    Set<EventId> all = new AuthWalk(ids, graph::authEvents, within::contains).finish();
    all.addAll(ids);
    return all;
  }

  /**
   * A power event is a state event with type m.room.power_levels or m.room.join_rules, or a state
   * event with type m.room.member where the membership is leave or ban and the sender does not
   * match the state_key.
   */
  private static boolean isPowerEvent(Event event) {
    return switch (event.type()) {
      case EventTypes.POWER_LEVELS, EventTypes.JOIN_RULES -> event.isState();
      case EventTypes.MEMBER ->
          event.stateKey().filter(key -> !key.equals(event.sender().value())).isPresent()
              && event
                  .content()
                  .string("membership")
                  .filter(membership -> membership.equals("leave") || membership.equals("ban"))
                  .isPresent();
      default -> false;
    };
  }

  /** The sender's power level, when looking at the event's auth_events. */
  private long senderPowerLevel(Event event) {
    return authRules.powerLevel(
        event.sender(),
        slot ->
            isCreateByRoomId(slot)
                ? acceptedCreate(event)
                : graph.cited(event, slot).map(EventSource.Judged::event));
  }

  /** Applies the event to the state if it is allowed by the authorization rules. */
  private void check(
      Event event, Rule rule, Function<StateKey, Optional<EventId>> base, Trials resolved) {
    event
        .slot()
        .ifPresent(
            filled ->
                resolved.add(
                    filled,
                    rule,
                    event,
                    authRules.byState(
                        event, slot -> required(event, slot, base, resolved.inForce()))));
  }

  /**
   * If a key that is required for checking the authorization rules is not present in the state,
   * then the appropriate state event from the event's auth_events is used if the auth event is not
   * rejected. The create event of version 12 is implied by the room id instead.
   */
  private Optional<Event> required(
      Event event,
      StateKey slot,
      Function<StateKey, Optional<EventId>> base,
      Map<StateKey, EventId> resolved) {
    if (isCreateByRoomId(slot)) {
      return acceptedCreate(event);
    }
    return inForce(slot, base, resolved)
        .or(
            () ->
                graph
                    .cited(event, slot)
                    .filter(entry -> !entry.rejected())
                    .map(EventSource.Judged::event));
  }

  private Optional<Event> inForce(
      StateKey slot, Function<StateKey, Optional<EventId>> base, Map<StateKey, EventId> resolved) {
    return Optional.ofNullable(resolved.get(slot))
        .or(() -> base.apply(slot))
        .flatMap(graph::find)
        .map(EventSource.Judged::event);
  }

  private boolean isCreateByRoomId(StateKey slot) {
    return createByRoomId && slot.equals(StateKey.CREATE);
  }

  private Optional<Event> acceptedCreate(Event event) {
    return CreateEvents.find(event.roomId(), graph::find)
        .filter(entry -> !entry.rejected())
        .map(EventSource.Judged::event);
  }
}
