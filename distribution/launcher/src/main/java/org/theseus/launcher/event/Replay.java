package org.theseus.launcher.event;

import java.io.InputStream;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.theseus.launcher.Failure;
import org.theseus.launcher.Flags;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.EventSource;
import org.theseus.protocol.api.EventSource.Judged;
import org.theseus.protocol.api.RoomVersion;
import org.theseus.protocol.api.StateMap;
import org.theseus.protocol.api.Verdict;

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
    the states after all events that no other follows are resolved.

      --explain    -> {"state": [...], "why": [...]}
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
    return Answer.of(StateJson.of(new Room(version).replay(graph)));
  }

  /** The room as it grows. */
  private static final class Room implements EventSource {
    private final RoomVersion version;
    private final Map<EventId, Judged> judged = new LinkedHashMap<>();
    private final Map<EventId, StateMap> after = new HashMap<>();

    Room(RoomVersion version) {
      this.version = version;
    }

    @Override
    public Optional<Judged> find(EventId id) {
      return Optional.ofNullable(judged.get(id));
    }

    StateMap replay(Graph graph) {
      Set<EventId> ends = new HashSet<>();
      for (Judged entry : graph.all()) {
        Event event = entry.event();
        add(event, entry.rejected());
        ends.add(event.id());
      }
      graph.all().forEach(entry -> ends.removeAll(entry.event().prevEvents()));
      return resolve(ends);
    }

    private void add(Event event, boolean marked) {
      StateMap before = resolve(new HashSet<>(event.prevEvents()));
      boolean rejected = marked || !judge(event, before).allowed();
      judged.put(event.id(), new Judged(event, rejected));
      after.put(
          event.id(),
          rejected
              ? before
              : event.slot().map(slot -> before.with(slot, event.id())).orElse(before));
    }

    private Verdict judge(Event event, StateMap before) {
      if (event.json().has("auth_events")) {
        Verdict verdict = version.authByAuthEvents(event, this);
        if (!verdict.allowed()) {
          return verdict;
        }
      }
      return version.authByState(
          event, slot -> before.get(slot).flatMap(this::find).map(Judged::event));
    }

    private StateMap resolve(Set<EventId> ends) {
      List<StateMap> states = ends.stream().sorted().map(after::get).toList();
      return version.resolve(states, this);
    }
  }
}
