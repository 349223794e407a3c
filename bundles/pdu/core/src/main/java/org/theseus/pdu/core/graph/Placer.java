package org.theseus.pdu.core.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.theseus.persistence.api.Database;
import org.theseus.persistence.api.RoomRecord.Participation;
import org.theseus.persistence.api.StoredEvent;
import org.theseus.persistence.api.StoredEvent.Outcome;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.EventSource;
import org.theseus.protocol.api.RoomVersion;
import org.theseus.protocol.api.ServerName;

/** Works out what an event changes in its room. Blocks for queries of the store. */
public final class Placer {
  /** How far extremities are looked for behind rejected and soft-failed events. */
  private static final int MAX_WALK = 500;

  private final Database database;
  private final ServerName ourselves;
  private final Events events;
  private final States states;

  /**
   * Makes a placer.
   *
   * @param database the store
   * @param ourselves our server
   * @param events the stored events
   * @param states the stored states
   */
  public Placer(Database database, ServerName ourselves, Events events, States states) {
    this.database = database;
    this.ourselves = ourselves;
    this.events = events;
    this.states = states;
  }

  /**
   * Works out the state before an event, all of whose prev_events stand in the graph.
   *
   * @param version the room's version
   * @param room the room
   * @param prevEvents the events it follows
   * @return the resolved state after them
   */
  public State before(RoomVersion version, Room room, List<EventId> prevEvents) {
    if (room.current().isPresent() && Set.copyOf(prevEvents).equals(room.tips().keySet())) {
      return room.current().get();
    }
    List<State> branches = new ArrayList<>();
    List<EventId> others = new ArrayList<>();
    for (EventId prev : prevEvents) {
      Optional.ofNullable(room.tips().get(prev))
          .ifPresentOrElse(
              tip -> branches.add(states.load(tip.stateAfter())), () -> others.add(prev));
    }
    for (StoredEvent prev : events.stored(others).values()) {
      branches.add(states.load(prev.stateAfter().orElseThrow()));
    }
    return branches.isEmpty() ? states.empty() : states.resolve(version, branches, events);
  }

  /**
   * Works out what an event changes that begins a branch of its own: whatever it follows, the
   * extremities there are stay, so that a state told by a peer is never the only one.
   *
   * @param version the room's version
   * @param room the room
   * @param placed the event in its place
   * @return the change
   */
  public Change branch(RoomVersion version, Room room, Placed placed) {
    return change(version, room, placed, Set.of());
  }

  /**
   * Works out what one event changes.
   *
   * @param version the room's version
   * @param room the room
   * @param placed the event in its place
   * @return the change
   */
  public Change change(RoomVersion version, Room room, Placed placed) {
    return change(version, room, placed, followed(room, placed.event()));
  }

  private Change change(RoomVersion version, Room room, Placed placed, Set<EventId> followed) {
    Event event = placed.event();
    if (!placed.ruling().isAccepted()) {
      return room.with(List.of(placed), Map.of());
    }
    Set<EventId> tips = new HashSet<>(room.tips().keySet());
    tips.removeAll(followed);
    List<State> branches =
        new ArrayList<>(
            tips.stream().map(tip -> states.load(room.tips().get(tip).stateAfter())).toList());
    tips.add(event.id());
    branches.add(placed.after());
    State current = states.resolve(version, branches, source(List.of(placed)));
    return change(room, List.of(placed), tips, current, redactions(version, placed));
  }

  /**
   * Puts a change together.
   *
   * @param room the room before it
   * @param placed what is added
   * @param tips the forward extremities after it
   * @param current the state in force after it
   * @param redactions the redactions that take effect with it
   * @return the change, with our part in the room worked out
   */
  public Change change(
      Room room,
      List<Placed> placed,
      Set<EventId> tips,
      State current,
      Map<EventId, EventId> redactions) {
    EventSource source = source(placed);
    Joined joined =
        room.current()
            .map(before -> room.joined().follow(before, current, source))
            .orElseGet(() -> Joined.of(current, events, fresh(placed)));
    Participation participation =
        joined.servers().contains(ourselves)
            ? Participation.JOINED
            : room.isJoined() ? Participation.LEFT : room.participation();
    return new Change(
        room, placed, tips, Optional.of(current), joined, participation, redactions, List.of());
  }

  /** The extremities an accepted event follows, directly or through events that are none. */
  private Set<EventId> followed(Room room, Event event) {
    Set<EventId> followed = new HashSet<>();
    Set<EventId> seen = new HashSet<>();
    Deque<EventId> unknown = new ArrayDeque<>();
    for (EventId prev : event.prevEvents()) {
      (room.tips().containsKey(prev) ? followed : unknown).add(prev);
    }
    while (!unknown.isEmpty() && seen.size() < MAX_WALK) {
      List<EventId> layer = unknown.stream().filter(seen::add).toList();
      unknown.clear();
      for (StoredEvent prev : events.stored(layer).values()) {
        if (prev.outcome() != Outcome.ACCEPTED) {
          for (EventId earlier : prev.prevEvents()) {
            (room.tips().containsKey(earlier) ? followed : unknown).add(earlier);
          }
        }
      }
    }
    return followed;
  }

  private EventSource source(List<Placed> placed) {
    return events.with(fresh(placed));
  }

  private static Map<EventId, EventSource.Judged> fresh(List<Placed> placed) {
    Map<EventId, EventSource.Judged> fresh = new HashMap<>();
    placed.forEach(one -> fresh.put(one.event().id(), new EventSource.Judged(one.event(), false)));
    return fresh;
  }

  /** The redactions an event brings into effect: its own, or one of it that came before it. */
  private Map<EventId, EventId> redactions(RoomVersion version, Placed placed) {
    Event event = placed.event();
    Map<EventId, EventId> effective = new HashMap<>();
    event
        .redacts()
        .flatMap(target -> Optional.ofNullable(events.stored(List.of(target)).get(target)))
        .filter(target -> target.redactedBy().isEmpty())
        .map(events::parse)
        .filter(target -> version.redactionApplies(event, target, placed.before().lookup(events)))
        .ifPresent(target -> effective.put(target.id(), event.id()));
    return effective;
  }

  /**
   * Finds a redaction that arrived before its target.
   *
   * @param version the room's version
   * @param target the event that has arrived now
   * @return the first redaction of it that takes effect, or empty
   */
  public Optional<EventId> earlierRedaction(RoomVersion version, Event target) {
    return database.run(unit -> unit.events().redactionsOf(target.roomId(), target.id())).stream()
        .filter(
            redaction ->
                version.redactionApplies(
                    events.parse(redaction),
                    target,
                    states.load(redaction.stateBefore().orElseThrow()).lookup(events)))
        .map(StoredEvent::id)
        .findFirst();
  }
}
