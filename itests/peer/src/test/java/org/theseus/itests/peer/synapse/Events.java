package org.theseus.itests.peer.synapse;

import java.util.List;
import java.util.Optional;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.UserId;

/** Events that nobody signs. */
final class Events {
  private Events() {}

  /** An event of a room, named and placed after others. */
  static Event event(String room, String id, String... after) {
    return new Event(
        EventId.of("$" + id),
        RoomId.of("!" + room + ":peer.example"),
        UserId.of("@guest:peer.example"),
        "m.room.message",
        Optional.empty(),
        JsonObject.EMPTY,
        List.of(after).stream().map(name -> EventId.of("$" + name)).toList(),
        List.of(),
        1,
        0,
        Optional.empty(),
        JsonObject.EMPTY.with("id", id));
  }
}
