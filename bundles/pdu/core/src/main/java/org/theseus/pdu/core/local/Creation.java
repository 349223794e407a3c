package org.theseus.pdu.core.local;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.theseus.pdu.api.Draft;
import org.theseus.pdu.api.NewRoom;
import org.theseus.pdu.core.graph.Change;
import org.theseus.pdu.core.graph.Graph;
import org.theseus.pdu.core.graph.Placed;
import org.theseus.pdu.core.graph.Room;
import org.theseus.pdu.core.graph.Ruling;
import org.theseus.pdu.core.graph.State;
import org.theseus.pdu.core.graph.Tip;
import org.theseus.persistence.api.UnitOfWork;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.EventSource;
import org.theseus.protocol.api.JsonNumber;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.MatrixException;
import org.theseus.protocol.api.RoomAlias;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.RoomVersion;

/** Makes rooms. */
final class Creation {
  private static final String LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  private static final int ID_LENGTH = 18;

  private final Graph graph;
  private final SecureRandom random = new SecureRandom();

  Creation(Graph graph) {
    this.graph = graph;
  }

  CompletionStage<RoomId> create(NewRoom room) {
    RoomVersion version = graph.versions().asked(room.version());
    RoomVersion.Traits traits = version.traits();
    JsonObject content = room.createContent().with("room_version", version.id());
    if (traits.creatorInContent()) {
      content = content.with("creator", room.creator().value());
    }
    Draft draft = Draft.state(room.creator(), "m.room.create", "", content);
    Optional<RoomId> id = traits.roomIdFromCreate() ? Optional.empty() : Optional.of(freshId());
    return create(
        room,
        version,
        graph
            .composer()
            .compose(version, id, draft, List.of(), graph.states().empty(), graph.events()));
  }

  private CompletionStage<RoomId> create(NewRoom room, RoomVersion version, JsonObject unsigned) {
    Event create = graph.composer().sign(version, unsigned);
    return graph
        .workers()
        .submit(create.roomId(), () -> commit(room, version, create))
        .thenCompose(
            made ->
                made
                    ? CompletableFuture.completedFuture(create.roomId())
                    : create(room, version, later(unsigned)));
  }

  /** In version 12 two rooms made alike within one millisecond have the same id. */
  private static JsonObject later(JsonObject create) {
    long ts = create.integer("origin_server_ts").orElseThrow();
    return create.with("origin_server_ts", JsonNumber.of(ts + 1));
  }

  private boolean commit(NewRoom room, RoomVersion version, Event create) {
    if (graph.rooms().find(create.roomId()).isPresent()) {
      return false;
    }
    Map<EventId, EventSource.Judged> fresh = new HashMap<>();
    List<Placed> placed = new ArrayList<>();
    State state = add(version, create, graph.states().empty(), placed, fresh);
    for (Draft draft : room.events()) {
      Event last = placed.get(placed.size() - 1).event();
      List<Tip> parents = List.of(new Tip(last.id(), last.depth(), 0));
      JsonObject unsigned =
          graph
              .composer()
              .compose(
                  version,
                  Optional.of(create.roomId()),
                  draft,
                  parents,
                  state,
                  graph.events().with(fresh));
      state = add(version, graph.composer().sign(version, unsigned), state, placed, fresh);
    }
    Room before = Room.unknown(create.roomId(), version.id());
    EventId last = placed.get(placed.size() - 1).event().id();
    Change change = graph.placer().change(before, placed, Set.of(last), state, Map.of());
    graph
        .ledger()
        .commit(
            change.and(unit -> room.alias().ifPresent(alias -> add(unit, alias, create.roomId()))));
    return true;
  }

  private static void add(UnitOfWork unit, RoomAlias alias, RoomId id) {
    if (!unit.aliases().add(alias, id)) {
      throw new MatrixException(400, "M_ROOM_IN_USE", alias + " stands for a room already");
    }
  }

  private State add(
      RoomVersion version,
      Event event,
      State before,
      List<Placed> placed,
      Map<EventId, EventSource.Judged> fresh) {
    Refusals.check(version.authByState(event, before.lookup(graph.events().with(fresh))));
    fresh.put(event.id(), new EventSource.Judged(event, false));
    Placed last = Placed.live(event, Ruling.ACCEPTED, before, Set.of());
    placed.add(last);
    return last.after();
  }

  private RoomId freshId() {
    StringBuilder id = new StringBuilder("!");
    random.ints(ID_LENGTH, 0, LETTERS.length()).forEach(i -> id.append(LETTERS.charAt(i)));
    return RoomId.of(id + ":" + graph.ourselves());
  }
}
