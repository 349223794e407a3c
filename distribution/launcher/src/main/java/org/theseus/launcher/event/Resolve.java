package org.theseus.launcher.event;

import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.theseus.launcher.Failure;
import org.theseus.launcher.Flags;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.JsonValue;
import org.theseus.protocol.api.RoomVersion;
import org.theseus.protocol.api.StateKey;
import org.theseus.protocol.api.StateMap;
import org.theseus.protocol.rules.MemoryEvents;

/** {@code theseus event resolve} */
final class Resolve implements Operation {
  private static final String EVENTS = "events";

  @Override
  public String help() {
    return """
    theseus event resolve --room-version V --events FILE

    An array of states, each an array of event ids -> the state they resolve to, an array of
    [TYPE, STATE KEY, EVENT ID], sorted.

      --events FILE    an array of all events of the room. One with "rejected": true was
                       rejected.
    """;
  }

  @Override
  public Set<String> valued() {
    return Set.of(Grammar.ROOM_VERSION, EVENTS);
  }

  @Override
  public Answer answer(Flags flags, InputStream in) throws Failure {
    RoomVersion version = Grammar.version(flags);
    Graph graph = Graph.whole(version, Input.file(flags, EVENTS), "--events");
    List<StateMap> states = new ArrayList<>();
    for (JsonValue state : Input.array(Input.json(in, Input.STDIN), Input.STDIN).elements()) {
      states.add(state(state, graph, "state " + (states.size() + 1)));
    }
    return Answer.of(StateJson.of(version.resolve(states, indexed(graph))));
  }

  /** With an index many states cost one walk through their auth chains, not one each. */
  private static MemoryEvents indexed(Graph graph) {
    MemoryEvents events = new MemoryEvents();
    graph.all().forEach(entry -> events.add(entry.event(), entry.rejected()));
    return events;
  }

  private static StateMap state(JsonValue ids, Graph graph, String what) throws Failure {
    Map<StateKey, EventId> state = new HashMap<>();
    for (JsonValue element : Input.array(ids, what).elements()) {
      String id = Input.string(element, "a member of " + what);
      if (id.isEmpty()) {
        throw Failure.usage("an event id in " + what + " is empty");
      }
      Event event = graph.get(EventId.of(id), what);
      StateKey slot =
          event
              .slot()
              .orElseThrow(() -> Failure.usage(what + " names " + id + ", which has no state_key"));
      EventId other = state.put(slot, event.id());
      if (other != null && !other.equals(event.id())) {
        throw Failure.usage(what + " names " + other + " and " + id + " for the same state key");
      }
    }
    return Grammar.STATE_MAPS.of(state);
  }
}
