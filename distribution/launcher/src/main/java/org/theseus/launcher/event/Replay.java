package org.theseus.launcher.event;

import java.io.InputStream;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.theseus.launcher.Failure;
import org.theseus.launcher.Flags;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.EventSource.Judged;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.Resolution;
import org.theseus.protocol.api.RoomVersion;
import org.theseus.protocol.api.StateMap;
import org.theseus.protocol.api.Verdict;
import org.theseus.protocol.rules.MemoryEvents;

/** {@code theseus event replay} */
final class Replay implements Operation {
  private static final String EXPLAIN = "explain";

  @Override
  public String help() {
    return """
    theseus event replay --room-version V [--explain]

    An array of all events of a room, in any order -> the state at their end, an array of
    [TYPE, STATE KEY, EVENT ID], sorted.

    Each event is judged by its auth_events, if it has that member, and by the state before
    it; one that is rejected, or has "rejected": true, leaves the state unchanged. At the end
    the states after all events that are in no other's prev_events are resolved. How many
    prev_events there are is not asked, though servers drop an event with over 20.

      --explain    -> {"state": [...], "why": [...]}: for each state key the rule that chose its
                   event, at the end or where branches last differed about it ("before" names
                   the event there), with all events that were tried, in their order ("turn"
                   names it); then every rejected event and the reason
    """;
  }

  @Override
  public Set<String> valued() {
    return Set.of(Grammar.ROOM_VERSION);
  }

  @Override
  public Set<String> switches() {
    return Set.of(EXPLAIN);
  }

  @Override
  public Answer answer(Flags flags, InputStream in) throws Failure {
    RoomVersion version = Grammar.version(flags);
    Graph graph = Graph.whole(version, Input.json(in, Input.STDIN), Input.STDIN);
    Room room = new Room(version);
    Resolution end = room.replay(graph);
    JsonArray state = StateJson.of(end.state());
    return Answer.of(
        flags.has(EXPLAIN)
            ? JsonObject.builder().put("state", state).put("why", room.why.json(end)).build()
            : state);
  }

  /** The room as it grows. */
  private static final class Room {
    private final RoomVersion version;
    private final MemoryEvents judged = new MemoryEvents();
    private final Map<EventId, StateMap> after = new HashMap<>();
    private final Why why = new Why();

    Room(RoomVersion version) {
      this.version = version;
    }

    Resolution replay(Graph graph) {
      Set<EventId> ends = new HashSet<>();
      for (Judged entry : graph.all()) {
        Event event = entry.event();
        Resolution before = resolve(new HashSet<>(event.prevEvents()));
        why.resolved(event.id(), before);
        add(event, entry.rejected(), before.state());
        ends.add(event.id());
      }
      graph.all().forEach(entry -> entry.event().prevEvents().forEach(ends::remove));
      return resolve(ends);
    }

    private void add(Event event, boolean marked, StateMap before) {
      Verdict verdict = marked ? Verdict.reject("it is marked as rejected") : judge(event, before);
      judged.add(event, !verdict.allowed());
      if (verdict.allowed()) {
        after.put(
            event.id(), event.slot().map(slot -> before.with(slot, event.id())).orElse(before));
      } else {
        why.rejected(event.id(), verdict.reason());
        after.put(event.id(), before);
      }
    }

    private Verdict judge(Event event, StateMap before) {
      if (event.json().has("auth_events")) {
        Verdict verdict = version.authByAuthEvents(event, judged);
        if (!verdict.allowed()) {
          return Verdict.reject("by its auth_events: " + verdict.reason());
        }
      }
      Verdict verdict =
          version.authByState(
              event, slot -> before.get(slot).flatMap(judged::find).map(Judged::event));
      return verdict.allowed()
          ? verdict
          : Verdict.reject("by the state before it: " + verdict.reason());
    }

    private Resolution resolve(Set<EventId> ends) {
      List<StateMap> states = ends.stream().sorted().map(after::get).toList();
      return states.size() == 1
          ? new Resolution(states.get(0), Map.of())
          : version.explain(states, judged);
    }
  }
}
