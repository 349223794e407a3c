package org.theseus.pdu.core.queries;

import java.util.List;
import java.util.Optional;
import org.theseus.pdu.core.graph.Graph;
import org.theseus.pdu.core.graph.Room;
import org.theseus.pdu.core.receipt.AccessList;
import org.theseus.persistence.api.StoredEvent;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.MatrixError;
import org.theseus.protocol.api.MatrixException;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.ServerName;

/** Lets servers ask about rooms they are in. Blocks for queries of the store. */
final class Access {
  private final Graph graph;

  Access(Graph graph) {
    this.graph = graph;
  }

  /**
   * Finds a room for a server that is in it.
   *
   * @throws MatrixException {@code M_INVALID_PARAM} (400), {@code M_NOT_FOUND} (404) if we are not
   *     in it, {@code M_FORBIDDEN} (403) if the server is denied or not in it
   */
  Room room(ServerName origin, String roomId) {
    RoomId id =
        RoomId.parse(roomId).orElseThrow(() -> invalid("the room id is malformed: " + roomId));
    return room(origin, id);
  }

  private Room room(ServerName origin, RoomId id) {
    Room room = graph.rooms().get(id);
    if (!AccessList.allows(room.state().lookup(graph.events()), origin)) {
      throw forbidden("the room's access list denies " + origin);
    }
    if (!room.servers().contains(origin)) {
      throw forbidden(origin + " is not in the room");
    }
    return room;
  }

  /** Finds an event of a room that the server is in. */
  StoredEvent event(ServerName origin, String eventId) {
    StoredEvent event = find(eventId).orElseThrow(() -> notFound(eventId));
    room(origin, event.roomId());
    return event;
  }

  /** Finds an event of a given room. */
  StoredEvent event(Room room, String eventId) {
    return find(eventId)
        .filter(event -> event.roomId().equals(room.id()))
        .orElseThrow(() -> notFound(eventId));
  }

  private Optional<StoredEvent> find(String eventId) {
    if (eventId.isEmpty()) {
      throw invalid("the event id is empty");
    }
    EventId id = EventId.of(eventId);
    return Optional.ofNullable(graph.events().stored(List.of(id)).get(id));
  }

  static MatrixException invalid(String error) {
    return new MatrixException(400, MatrixError.INVALID_PARAM, error);
  }

  static MatrixException missing(String parameter) {
    return new MatrixException(400, MatrixError.MISSING_PARAM, "there is no " + parameter);
  }

  static MatrixException notFound(String eventId) {
    return new MatrixException(404, MatrixError.NOT_FOUND, "there is no event " + eventId);
  }

  private static MatrixException forbidden(String error) {
    return new MatrixException(403, MatrixError.FORBIDDEN, error);
  }
}
