package org.theseus.pdu.core.receipt;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.theseus.pdu.core.graph.Graph;
import org.theseus.pdu.core.graph.Room;
import org.theseus.pdu.core.graph.Versions;
import org.theseus.persistence.api.RoomRecord;
import org.theseus.persistence.api.RoomRecord.Participation;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.InvalidEventException;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonValue;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.RoomVersion;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.SignatureVerdict;
import org.theseus.transaction.api.PduReceiver;
import org.theseus.transaction.api.Receipt;

/** Judges PDUs before they are journaled. */
public class Receiver implements PduReceiver {
  private static final Logger LOG = LoggerFactory.getLogger(Receiver.class);
  private static final Duration KEYS = Duration.ofSeconds(3);

  private final Graph graph;
  private final Verifier verifier;
  private final Journal journal;
  private final Tools tools;

  /**
   * Makes a receiver.
   *
   * @param tools what PDUs are checked with
   * @param journal processes what was journaled
   */
  public Receiver(Tools tools, Journal journal) {
    this.graph = tools.graph();
    this.verifier = tools.verifier();
    this.journal = journal;
    this.tools = tools;
  }

  @Override
  public final CompletionStage<Receipt> receive(ServerName origin, JsonValue pdu) {
    return tools
        .begin(() -> judge(origin, pdu))
        .whenComplete(
            (receipt, failed) -> {
              if (receipt instanceof Receipt.Refused || receipt instanceof Receipt.Dropped) {
                LOG.debug("a PDU of {}: {}", origin, receipt);
              }
            });
  }

  @Override
  public final void journaled(Set<RoomId> rooms) {
    rooms.forEach(journal::process);
  }

  @Override
  public final Set<ServerName> neighbours(Set<ServerName> among) {
    Set<ServerName> found = new HashSet<>();
    for (RoomRecord room : graph.database().run(unit -> unit.rooms().all())) {
      if (found.size() == among.size()) {
        break;
      }
      if (room.participation() == Participation.JOINED && heldVersion(room.version()).isPresent()) {
        graph.rooms().find(room.id()).map(Room::servers).ifPresent(found::addAll);
        found.retainAll(among);
      }
    }
    return found;
  }

  private CompletionStage<Receipt> judge(ServerName origin, JsonValue value) {
    if (!(value instanceof JsonObject pdu)) {
      return done(new Receipt.Dropped("not a JSON object"));
    }
    Optional<Room> found = roomOf(pdu);
    if (found.isEmpty()) {
      return done(new Receipt.Dropped("of no room that this server knows"));
    }
    Room room = found.get();
    Optional<RoomVersion> held = heldVersion(room.version());
    if (held.isEmpty()) {
      // This room waits, not the others of the transaction; its gap is filled when it can be.
      return done(new Receipt.Dropped("room version " + room.version() + " is away"));
    }
    RoomVersion version = held.get();
    Event event;
    try {
      event = Verifier.parse(version, pdu);
    } catch (InvalidEventException invalid) {
      return done(new Receipt.Dropped(invalid.error().error()));
    }
    Optional<String> refusal = refusal(room, origin, event);
    if (refusal.isPresent()) {
      return done(new Receipt.Refused(event.id(), refusal.get()));
    }
    if (isKnown(event)) {
      return done(new Receipt.Known(event.id()));
    }
    return verifier
        .verify(version, event, origin, KEYS, tools.executor())
        .thenApplyAsync(verdict -> receipt(event, verdict), tools.executor());
  }

  private Optional<RoomVersion> heldVersion(String version) {
    Versions versions = graph.versions();
    return versions.isBeingReplaced(version)
        ? Optional.of(versions.held(version))
        : versions.present(version);
  }

  /** The create event of version 12 carries no room id; its room is found by its hash. */
  private Optional<Room> roomOf(JsonObject pdu) {
    return pdu.string("room_id")
        .flatMap(RoomId::parse)
        .or(
            () ->
                pdu.object("content")
                    .flatMap(content -> content.string("room_version"))
                    .flatMap(graph.versions()::find)
                    .flatMap(version -> createdRoom(version, pdu)))
        .flatMap(graph.rooms()::find);
  }

  private static Optional<RoomId> createdRoom(RoomVersion version, JsonObject pdu) {
    try {
      return Optional.of(version.parse(pdu).roomId());
    } catch (InvalidEventException none) {
      return Optional.empty();
    }
  }

  private Optional<String> refusal(Room room, ServerName origin, Event event) {
    if (event.exceedsReferenceLimits()) {
      return Optional.of("the event refers to too many events");
    }
    if (room.participation() == Participation.JOINING) {
      return Optional.empty();
    }
    if (!room.isJoined()) {
      return Invites.isRescinded(graph, event)
          ? Optional.empty()
          : Optional.of("this server is not in the room");
    }
    return AccessList.allows(room.state().lookup(graph.events()), origin)
        ? Optional.empty()
        : Optional.of("the server is denied by the room's access list");
  }

  private boolean isKnown(Event event) {
    return !graph.database().run(unit -> unit.events().inGraph(List.of(event.id()))).isEmpty();
  }

  private static Receipt receipt(Event event, SignatureVerdict verdict) {
    if (verdict instanceof SignatureVerdict.Invalid invalid) {
      return new Receipt.Refused(event.id(), invalid.reason());
    }
    return new Receipt.Journal(
        event.roomId(), event.id(), verdict instanceof SignatureVerdict.Valid);
  }

  private static CompletionStage<Receipt> done(Receipt receipt) {
    return CompletableFuture.completedFuture(receipt);
  }
}
