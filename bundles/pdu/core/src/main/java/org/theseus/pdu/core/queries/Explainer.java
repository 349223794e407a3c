package org.theseus.pdu.core.queries;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import org.theseus.pdu.api.Explanation;
import org.theseus.pdu.core.graph.Graph;
import org.theseus.pdu.core.graph.Room;
import org.theseus.pdu.core.graph.State;
import org.theseus.pdu.core.graph.Tip;
import org.theseus.persistence.api.StoredEvent;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.Resolution.Choice;
import org.theseus.protocol.api.Resolution.Rule;
import org.theseus.protocol.api.RoomVersion;
import org.theseus.protocol.api.StateKey;
import org.theseus.protocol.api.StateMap;

/**
 * Looks for the place where branches differed about a slot last, and resolves them once more to see
 * how. It goes from the forward extremities back to the event in force: behind that nothing decided
 * for it.
 */
final class Explainer {
  private static final int MOST_EVENTS = 2_000;

  private final Graph graph;
  private final RoomVersion version;
  private final Room room;
  private final StateKey slot;

  /** What is still to be looked at: the deepest first, as far as depths can be believed. */
  private final Queue<StoredEvent> waiting =
      new PriorityQueue<>(Comparator.comparingLong(StoredEvent::depth).reversed());

  private final Set<EventId> seen = new HashSet<>();

  Explainer(Graph graph, Room room, StateKey slot) {
    this.graph = graph;
    this.version = graph.versions().held(room.version());
    this.room = room;
    this.slot = slot;
  }

  Explanation explain() {
    Optional<Choice> now =
        contested(room.tips().values().stream().map(Tip::stateAfter).distinct().toList());
    return now.isPresent()
        ? new Explanation(now.get(), Optional.empty(), true)
        : earlier(room.current().orElseThrow().get(slot));
  }

  private Explanation earlier(Optional<EventId> inForce) {
    await(room.tips().keySet());
    int looked = 0;
    while (!waiting.isEmpty() && looked++ < MOST_EVENTS) {
      StoredEvent event = waiting.remove();
      if (inForce.equals(Optional.of(event.id()))) {
        continue;
      }
      Collection<StoredEvent> prevs = await(event.prevEvents());
      Optional<Choice> choice = contested(statesAfter(prevs));
      if (choice.isPresent()) {
        return new Explanation(choice.get(), Optional.of(event.id()), true);
      }
    }
    Choice unopposed = new Choice(inForce, Rule.AGREED, List.of());
    return new Explanation(unopposed, Optional.empty(), waiting.isEmpty());
  }

  private Collection<StoredEvent> await(Collection<EventId> ids) {
    Collection<StoredEvent> found = graph.events().stored(ids).values();
    found.stream()
        .filter(event -> !event.isOutlier() && seen.add(event.id()))
        .forEach(waiting::add);
    return found;
  }

  private static List<Long> statesAfter(Collection<StoredEvent> events) {
    return events.stream()
        .flatMapToLong(event -> event.stateAfter().stream())
        .distinct()
        .boxed()
        .toList();
  }

  /** Tells how some states are resolved if they differ about the slot. */
  private Optional<Choice> contested(List<Long> ids) {
    if (ids.size() < 2) {
      return Optional.empty();
    }
    List<StateMap> maps = ids.stream().map(graph.states()::load).map(State::map).toList();
    return maps.stream().map(map -> map.get(slot)).distinct().count() < 2
        ? Optional.empty()
        : Optional.of(version.explain(maps, graph.events()).choice(slot));
  }
}
