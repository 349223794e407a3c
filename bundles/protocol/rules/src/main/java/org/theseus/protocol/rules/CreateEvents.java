package org.theseus.protocol.rules;

import java.util.Optional;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.EventSource;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.StateKey;

/** The create events of rooms whose id is made from theirs (room version 12). */
final class CreateEvents {
  private CreateEvents() {}

  /** Finds the create event by the room id; made-up graphs may give it an id without the sigil. */
  static Optional<EventSource.Judged> find(RoomId room, EventSource events) {
    String opaque = room.value().substring(1);
    return events
        .find(EventId.of("$" + opaque))
        .or(() -> events.find(EventId.of(opaque)))
        .filter(
            found -> found.event().fills(StateKey.CREATE) && found.event().roomId().equals(room));
  }
}
