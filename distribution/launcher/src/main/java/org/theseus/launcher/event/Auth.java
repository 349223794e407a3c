package org.theseus.launcher.event;

import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.theseus.launcher.Failure;
import org.theseus.launcher.Flags;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.EventSource.Judged;
import org.theseus.protocol.api.RoomVersion;
import org.theseus.protocol.api.StateKey;
import org.theseus.protocol.api.Verdict;

/** {@code theseus event auth} */
final class Auth implements Operation {
  private static final String AUTH_EVENTS = "auth-events";

  @Override
  public String help() {
    return """
    theseus event auth --room-version V --auth-events FILE

    Event -> {"allowed": BOOL, "reason": TEXT or null}

      --auth-events FILE    an array of events: the state the event is judged against. The
                            rules about the event's auth_events look at those it lists, which
                            must be there; an event without auth_events is spared them.
                            An event with "rejected": true was rejected and is no state.

    How many prev_events there are is not asked, though servers drop an event with over 20.
    """;
  }

  @Override
  public Set<String> valued() {
    return Set.of(Grammar.ROOM_VERSION, AUTH_EVENTS);
  }

  @Override
  public Answer answer(Flags flags, InputStream in) throws Failure {
    RoomVersion version = Grammar.version(flags);
    Graph graph = Graph.some(version, Input.file(flags, AUTH_EVENTS), "--auth-events");
    Event event = new EventReader(version).read(Input.event(in, version));
    return Answer.of(judge(version, event, graph));
  }

  private static Verdict judge(RoomVersion version, Event event, Graph graph) throws Failure {
    for (EventId id : event.authEvents()) {
      graph.get(id, "auth_events");
    }
    if (event.json().has("auth_events")) {
      Verdict verdict = version.judgeAuthEvents(event, graph);
      if (!verdict.allowed()) {
        return verdict;
      }
    }
    Map<StateKey, Event> state = state(version, event, graph);
    return version.authByState(event, slot -> Optional.ofNullable(state.get(slot)));
  }

  /**
   * Of several events of a slot the one the event lists is in force, else the last; in version 12
   * the create event of the room the event is in.
   */
  private static Map<StateKey, Event> state(RoomVersion version, Event event, Graph graph) {
    Map<StateKey, Event> state = new HashMap<>();
    for (Judged entry : graph.all()) {
      Optional<StateKey> slot = entry.event().slot();
      if (slot.isPresent()
          && !entry.rejected()
          && !isOfAnotherRoom(version, entry.event(), event)
          && !isListed(event, Optional.ofNullable(state.get(slot.get())))) {
        state.put(slot.get(), entry.event());
      }
    }
    return state;
  }

  private static boolean isOfAnotherRoom(RoomVersion version, Event entry, Event event) {
    return version.traits().roomIdFromCreate()
        && entry.fills(StateKey.CREATE)
        && !entry.roomId().equals(event.roomId());
  }

  private static boolean isListed(Event event, Optional<Event> other) {
    return other.isPresent() && event.authEvents().contains(other.get().id());
  }
}
