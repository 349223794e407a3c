package org.theseus.pdu.core.local;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.theseus.pdu.api.RoomGraphs.UnfinishedJoin;
import org.theseus.pdu.core.graph.Change;
import org.theseus.pdu.core.graph.Graph;
import org.theseus.pdu.core.graph.Members;
import org.theseus.pdu.core.graph.Placed;
import org.theseus.pdu.core.graph.Referee;
import org.theseus.pdu.core.graph.Room;
import org.theseus.pdu.core.graph.Ruling;
import org.theseus.pdu.core.graph.State;
import org.theseus.pdu.core.missing.Outliers;
import org.theseus.pdu.core.receipt.AccessList;
import org.theseus.persistence.api.EventStore.Placement;
import org.theseus.persistence.api.LocalMembership;
import org.theseus.persistence.api.PendingJoin;
import org.theseus.persistence.api.RoomRecord;
import org.theseus.persistence.api.RoomRecord.Participation;
import org.theseus.persistence.api.StoredEvent;
import org.theseus.persistence.api.StoredEvent.Outcome;
import org.theseus.persistence.api.UnitOfWork;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonReader;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.RoomVersion;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.StateKey;

/** Joins rooms through other servers, and keeps memberships of rooms we are not in. */
final class Joins {
  private static final int BATCH = 500;

  private final Graph graph;
  private final JsonReader json;
  private final Outliers outliers;
  private final Consumer<RoomId> released;

  /**
   * @param released is told of rooms whose held PDUs may be processed
   */
  Joins(Graph graph, JsonReader json, Outliers outliers, Consumer<RoomId> released) {
    this.graph = graph;
    this.json = json;
    this.outliers = outliers;
    this.released = released;
  }

  CompletionStage<Void> begin(Event join, List<ServerName> via, String version) {
    RoomId id = join.roomId();
    PendingJoin pending =
        new PendingJoin(id, Members.subject(join), version, join.id(), join.json().toBytes(), via);
    return graph
        .workers()
        .submit(
            id,
            () -> {
              Room room =
                  graph
                      .rooms()
                      .find(id)
                      .filter(known -> known.current().isPresent())
                      .orElseGet(() -> Room.unknown(id, version));
              Participation next = room.isJoined() ? Participation.JOINED : Participation.JOINING;
              graph
                  .ledger()
                  .commit(room.as(next).and(unit -> unit.rooms().putPendingJoin(pending)));
              return null;
            });
  }

  CompletionStage<Void> abandon(Event join) {
    RoomId id = join.roomId();
    return graph
        .workers()
        .submit(
            id,
            () -> {
              List<PendingJoin> pending = pending(id);
              Set<PendingJoin> mine = new HashSet<>(pending);
              mine.removeIf(other -> !other.eventId().equals(join.id()));
              Optional<Room> room = graph.rooms().find(id);
              if (room.isPresent() && !mine.isEmpty()) {
                boolean last = mine.size() == pending.size();
                Change change = room.get().as(afterwards(room.get(), last));
                graph
                    .ledger()
                    .commit(change.and(unit -> mine.forEach(unit.rooms()::removePendingJoin)));
                if (last && !room.get().isJoined()) {
                  dropHeld(id);
                }
              }
              return null;
            });
  }

  private static Participation afterwards(Room room, boolean last) {
    if (room.isJoined() || !last) {
      return room.participation();
    }
    return room.current().isPresent() ? Participation.LEFT : Participation.OUTSIDE;
  }

  private void dropHeld(RoomId id) {
    int dropped;
    do {
      dropped =
          graph
              .database()
              .run(
                  unit -> {
                    var held = unit.journal().due(id, Long.MAX_VALUE, BATCH);
                    held.forEach(pdu -> unit.journal().remove(id, pdu.eventId()));
                    return held.size();
                  });
    } while (dropped == BATCH);
  }

  List<UnfinishedJoin> unfinished() {
    return graph.database().run(unit -> unit.rooms().pendingJoins()).stream()
        .flatMap(
            pending ->
                graph
                    .versions()
                    .find(pending.version())
                    .map(version -> version.parse(json.readObject(pending.event())))
                    .map(join -> new UnfinishedJoin(join, pending.servers(), pending.version()))
                    .stream())
        .toList();
  }

  private List<PendingJoin> pending(RoomId id) {
    return graph.database().run(unit -> unit.rooms().pendingJoins()).stream()
        .filter(pending -> pending.roomId().equals(id))
        .toList();
  }

  CompletionStage<Void> adopt(Event join, List<JsonObject> state, List<JsonObject> authChain) {
    Room room = graph.rooms().get(join.roomId());
    RoomVersion version = graph.versions().held(room.version());
    List<JsonObject> all = Stream.concat(state.stream(), authChain.stream()).toList();
    return outliers
        .verify(version, join.roomId(), all)
        .thenCompose(
            verified -> {
              Set<EventId> inState = Outliers.parse(version, join.roomId(), state).keySet();
              return graph
                  .workers()
                  .submit(join.roomId(), () -> adopt(version, join, verified, inState));
            })
        .thenAccept(released);
  }

  private RoomId adopt(
      RoomVersion version, Event join, Map<EventId, Event> verified, Set<EventId> inState) {
    RoomId id = join.roomId();
    if (isAdopted(join)) {
      return id;
    }
    Map<EventId, Event> allowed = outliers.judge(version, verified);
    Map<StateKey, EventId> slots = new HashMap<>();
    for (EventId stateId : inState) {
      Optional.ofNullable(allowed.get(stateId))
          .flatMap(Event::slot)
          .ifPresent(slot -> slots.putIfAbsent(slot, stateId));
    }
    checkCreate(version, allowed.get(slots.get(StateKey.CREATE)));
    outliers.store(allowed.values());
    State before = graph.states().fresh(slots);
    Ruling ruling = Referee.judge(version, join, graph.events(), before);
    if (!ruling.isAccepted()) {
      throw Refusals.forbidden("the state does not allow our join: " + ruling.reason());
    }
    commit(version, join, before);
    return id;
  }

  /** Adopting twice must not make an extremity of what has been followed since. */
  private boolean isAdopted(Event join) {
    return !graph.database().run(unit -> unit.events().inGraph(List.of(join.id()))).isEmpty();
  }

  private static void checkCreate(RoomVersion version, Event create) {
    if (create == null) {
      throw Refusals.badJson("the state has no m.room.create event that holds");
    }
    if (!create.content().string("room_version").orElse("1").equals(version.id())) {
      throw Refusals.badJson("the room is of another version than we were told");
    }
  }

  private void commit(RoomVersion version, Event join, State before) {
    Room room = graph.rooms().get(join.roomId());
    Placed placed = Placed.live(join, Ruling.ACCEPTED, before, Set.of());
    // Who has been away begins anew: what we knew before may have been superseded since.
    Change change =
        room.isJoined()
            ? graph.placer().change(version, room, placed)
            : graph
                .placer()
                .change(room, List.of(placed), Set.of(join.id()), placed.after(), Map.of());
    List<PendingJoin> pending =
        pending(join.roomId()).stream().filter(other -> other.eventId().equals(join.id())).toList();
    Optional<Event> list =
        room.isJoined()
            ? Optional.empty()
            : placed.after().lookup(graph.events()).apply(StateKey.SERVER_ACL);
    graph
        .ledger()
        .commit(
            change
                .and(unit -> noteBackwards(unit, join))
                .and(unit -> dropDenied(unit, join.roomId(), list))
                .and(unit -> pending.forEach(unit.rooms()::removePendingJoin)));
  }

  /** Whom the room's access list denies we could not know while PDUs were held. */
  private static void dropDenied(UnitOfWork unit, RoomId id, Optional<Event> list) {
    if (list.isPresent()) {
      unit.journal().origins(id).stream()
          .filter(origin -> !AccessList.allows(slot -> list, origin))
          .forEach(origin -> unit.journal().removeAll(id, origin));
    }
  }

  private static void noteBackwards(UnitOfWork unit, Event join) {
    Set<EventId> backward = new HashSet<>(unit.rooms().backwardExtremities(join.roomId()));
    backward.addAll(join.prevEvents());
    backward.removeAll(unit.events().inGraph(join.prevEvents()));
    unit.rooms().setBackwardExtremities(join.roomId(), backward);
  }

  CompletionStage<Void> storeOutOfBand(Event event, String version) {
    return graph.workers().submit(event.roomId(), () -> storeOutOfBandNow(event, version));
  }

  private Void storeOutOfBandNow(Event event, String version) {
    RoomId id = event.roomId();
    Optional<Room> room = graph.rooms().find(id);
    LocalMembership membership =
        new LocalMembership(Members.subject(event), id, Members.membership(event), event.id());
    graph
        .database()
        .run(
            unit -> {
              unit.events()
                  .put(StoredEvent.outlier(event, Outcome.ACCEPTED, ""), Placement.OUTLIER);
              if (room.isEmpty()) {
                unit.rooms()
                    .put(new RoomRecord(id, version, Participation.OUTSIDE, OptionalLong.empty()));
              }
              unit.memberships().put(membership);
              return id;
            });
    return null;
  }
}
