package org.theseus.pdu.core.queries;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.theseus.pdu.api.Explanation;
import org.theseus.pdu.api.RoomInfo;
import org.theseus.pdu.api.RoomReader;
import org.theseus.pdu.api.TimelineEvent;
import org.theseus.pdu.core.graph.Graph;
import org.theseus.pdu.core.graph.Room;
import org.theseus.pdu.core.receipt.AccessList;
import org.theseus.persistence.api.LocalMembership;
import org.theseus.persistence.api.RoomRecord;
import org.theseus.persistence.api.StoredEvent;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.StateKey;
import org.theseus.protocol.api.UserId;

/** Reads rooms from the store. */
public class StoredRooms implements RoomReader {
  private final Graph graph;
  private final Shown shown;

  /**
   * Makes a reader.
   *
   * @param graph the rooms
   */
  public StoredRooms(Graph graph) {
    this.graph = graph;
    this.shown = new Shown(graph);
  }

  @Override
  public final List<RoomInfo> rooms() {
    return graph.database().run(unit -> unit.rooms().all()).stream()
        .map(record -> info(record.id(), record.version(), record.participation()))
        .toList();
  }

  @Override
  public final Optional<RoomInfo> room(RoomId room) {
    return graph
        .rooms()
        .find(room)
        .map(known -> info(known.id(), known.version(), known.participation()));
  }

  @Override
  public final List<Event> state(RoomId room) {
    Collection<EventId> state =
        graph
            .rooms()
            .find(room)
            .flatMap(Room::current)
            .map(current -> current.map().asMap().values())
            .orElse(List.of());
    return shown.events(state);
  }

  @Override
  public final Optional<Event> state(RoomId room, StateKey slot) {
    return graph
        .rooms()
        .find(room)
        .flatMap(Room::current)
        .flatMap(now -> now.get(slot))
        .flatMap(this::event);
  }

  @Override
  public final Optional<Explanation> explain(RoomId room, StateKey slot) {
    return graph
        .rooms()
        .find(room)
        .filter(known -> known.current().isPresent())
        .map(known -> new Explainer(graph, known, slot).explain());
  }

  @Override
  public final List<TimelineEvent> timeline(RoomId room, int limit) {
    return graph
        .database()
        .run(unit -> unit.events().timeline(room, Long.MAX_VALUE, limit))
        .stream()
        .map(shown::timelineEvent)
        .toList();
  }

  @Override
  public final Optional<Event> event(EventId id) {
    Map<EventId, StoredEvent> found = graph.events().stored(List.of(id));
    return Optional.ofNullable(found.get(id)).map(shown::event);
  }

  @Override
  public final Set<ServerName> servers(RoomId room) {
    return graph.rooms().find(room).map(Room::servers).orElse(Set.of());
  }

  @Override
  public final boolean allows(RoomId room, ServerName server) {
    return graph
        .rooms()
        .find(room)
        .flatMap(Room::current)
        .map(state -> AccessList.allows(state.lookup(graph.events()), server))
        .orElse(true);
  }

  @Override
  public final Optional<Event> membership(UserId user, RoomId room) {
    return graph
        .database()
        .run(unit -> unit.memberships().find(user, room))
        .map(LocalMembership::eventId)
        .flatMap(this::event);
  }

  @Override
  public final List<Event> memberships(UserId user) {
    List<EventId> ids =
        graph.database().run(unit -> unit.memberships().of(user)).stream()
            .sorted(Comparator.comparing(LocalMembership::roomId))
            .map(LocalMembership::eventId)
            .toList();
    Map<EventId, StoredEvent> found = graph.events().stored(ids);
    return ids.stream().filter(found::containsKey).map(found::get).map(shown::event).toList();
  }

  private static RoomInfo info(RoomId id, String version, RoomRecord.Participation participation) {
    return new RoomInfo(
        id,
        version,
        switch (participation) {
          case OUTSIDE -> RoomInfo.Participation.OUTSIDE;
          case JOINING -> RoomInfo.Participation.JOINING;
          case JOINED -> RoomInfo.Participation.JOINED;
          case LEFT -> RoomInfo.Participation.LEFT;
        });
  }
}
