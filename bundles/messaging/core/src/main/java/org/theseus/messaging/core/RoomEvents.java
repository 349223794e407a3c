package org.theseus.messaging.core;

import java.util.Optional;
import org.theseus.messaging.api.RoomEvent;
import org.theseus.pdu.api.TimelineEvent;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;

/** Makes events as users see them of events as the graph holds them. */
final class RoomEvents {
  private RoomEvents() {}

  static RoomEvent of(TimelineEvent told) {
    return of(told.event(), told.redactedBy());
  }

  static RoomEvent of(Event event, Optional<EventId> redactedBy) {
    return new RoomEvent(
        event.roomId(),
        event.id(),
        event.sender(),
        event.type(),
        event.stateKey(),
        event.content(),
        event.originServerTs(),
        redactedBy,
        event.json());
  }
}
