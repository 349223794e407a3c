package org.theseus.pdu.core.local;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.theseus.pdu.api.Draft;
import org.theseus.pdu.api.Template;
import org.theseus.pdu.core.graph.Graph;
import org.theseus.pdu.core.graph.Placed;
import org.theseus.pdu.core.graph.Recipients;
import org.theseus.pdu.core.graph.Referee;
import org.theseus.pdu.core.graph.Room;
import org.theseus.pdu.core.graph.Ruling;
import org.theseus.pdu.core.graph.State;
import org.theseus.pdu.core.graph.Tip;
import org.theseus.persistence.api.StoredEvent;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.RoomVersion;
import org.theseus.protocol.api.ServerName;

/** Speaks in rooms, for our users or as a resident for those of others. */
final class Sending {
  private final Graph graph;

  Sending(Graph graph) {
    this.graph = graph;
  }

  CompletionStage<Event> send(RoomId id, Draft draft) {
    return graph.workers().submit(id, () -> sendNow(id, draft));
  }

  /** Does what {@link #send} does, on the room's worker. */
  Event sendNow(RoomId id, Draft draft) {
    Room room = graph.rooms().get(id);
    RoomVersion version = graph.versions().held(room.version());
    Composed composed = compose(version, room, draft);
    Event event = sign(version, composed);
    judge(version, room, event, composed.before());
    log(version, room, event, composed.before(), Set.of());
    return event;
  }

  CompletionStage<Event> prepare(RoomId id, Draft draft) {
    return graph
        .workers()
        .submit(
            id,
            () -> {
              Room room = graph.rooms().get(id);
              RoomVersion version = graph.versions().held(room.version());
              Composed composed = compose(version, room, draft);
              Event event = sign(version, composed);
              judge(version, room, event, composed.before());
              return event;
            });
  }

  CompletionStage<Event> commit(Event event) {
    return graph
        .workers()
        .submit(
            event.roomId(),
            () -> {
              if (!graph.ourselves().equals(event.sender().server())) {
                throw Refusals.forbidden("the sender is not a user of this server");
              }
              return commitNow(event, Set.of()).event();
            });
  }

  /**
   * Judges a complete event and stores it, on the room's worker.
   *
   * @param event the event, all its prev_events known to us
   * @param without servers that have it already
   * @return the event in its place; that of the copy we have, if we have it
   */
  Committed commitNow(Event event, Set<ServerName> without) {
    Room room = graph.rooms().get(event.roomId());
    Optional<StoredEvent> known =
        Optional.ofNullable(graph.events().stored(List.of(event.id())).get(event.id()))
            .filter(stored -> !stored.isOutlier());
    if (known.isPresent()) {
      StoredEvent stored = known.get();
      if (stored.outcome() != StoredEvent.Outcome.ACCEPTED) {
        throw Refusals.forbidden(stored.reason());
      }
      State before = graph.states().load(stored.stateBefore().orElseThrow());
      return new Committed(graph.events().parse(stored), before);
    }
    room.state();
    RoomVersion version = graph.versions().held(room.version());
    if (!inGraph(event.prevEvents())) {
      throw Refusals.forbidden("the event follows events that this server does not have");
    }
    State before = graph.placer().before(version, room, event.prevEvents());
    judge(version, room, event, before);
    log(version, room, event, before, without);
    return new Committed(event, before);
  }

  /**
   * An event that is stored.
   *
   * @param event the event
   * @param before the state before it
   */
  record Committed(Event event, State before) {}

  CompletionStage<Template> template(RoomId id, Draft draft) {
    return graph
        .workers()
        .submit(
            id,
            () -> {
              Room room = graph.rooms().get(id);
              RoomVersion version = graph.versions().held(room.version());
              Composed composed = compose(version, room, draft);
              // Nobody sees our signature; in versions 1 and 2 signing names the event as well.
              Event event = graph.composer().sign(version, composed.unsigned());
              Refusals.check(version.authByState(event, composed.before().lookup(graph.events())));
              return new Template(
                  version.id(), composed.unsigned().with("origin", graph.ourselves().value()));
            });
  }

  private record Composed(JsonObject unsigned, State before) {}

  private Composed compose(RoomVersion version, Room room, Draft draft) {
    State current = room.state();
    List<Tip> parents = graph.composer().parents(room);
    List<EventId> prev = parents.stream().map(Tip::id).toList();
    State before =
        parents.size() == room.tips().size() ? current : graph.placer().before(version, room, prev);
    JsonObject unsigned =
        graph
            .composer()
            .compose(version, Optional.of(room.id()), draft, parents, before, graph.events());
    return new Composed(unsigned, before);
  }

  private Event sign(RoomVersion version, Composed composed) {
    Event event = graph.composer().sign(version, composed.unsigned());
    if (!event.sender().server().equals(graph.ourselves())) {
      throw Refusals.forbidden("the sender is not a user of this server");
    }
    return event;
  }

  private void judge(RoomVersion version, Room room, Event event, State before) {
    Refusals.check(Referee.judge(version, event, graph.events(), before, room.state()));
  }

  private void log(
      RoomVersion version, Room room, Event event, State before, Set<ServerName> without) {
    Set<ServerName> recipients = Recipients.of(graph, room, event, before, without);
    Placed placed = Placed.live(event, Ruling.ACCEPTED, before, recipients);
    graph.ledger().commit(graph.placer().change(version, room, placed));
  }

  private boolean inGraph(List<EventId> ids) {
    return graph.database().run(unit -> unit.events().inGraph(ids)).containsAll(ids);
  }
}
