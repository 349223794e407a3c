package org.theseus.transaction.core.pull;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.theseus.persistence.api.Database;
import org.theseus.persistence.api.EventStore.Placement;
import org.theseus.persistence.api.LoggedEvent;
import org.theseus.persistence.api.OpenTransaction;
import org.theseus.persistence.api.OutboxStore.Outcome;
import org.theseus.persistence.api.StoredEvent;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.UserId;

/** What a server that sends has in its store. */
record SendersLog(Database database) {
  static final RoomId ROOM = RoomId.of("!room:sender.example");

  /** Stores an event and logs it, as the layer above does at the commit. */
  void log(String text, ServerName... recipients) {
    database.run(
        unit -> {
          Event event = event(text);
          unit.events()
              .put(StoredEvent.outlier(event, StoredEvent.Outcome.ACCEPTED, ""), Placement.OUTLIER);
          return unit.outbox().append(ROOM, event.id(), Set.of(recipients));
        });
  }

  /** Sends all that is owed, in one transaction. */
  void open(ServerName to, String txnId) {
    database.run(
        unit -> {
          long cursor = unit.outbox().destination(to).orElseThrow().cursor();
          List<LoggedEvent> events = unit.outbox().after(to, cursor, 1_000);
          unit.outbox()
              .open(
                  new OpenTransaction(
                      to,
                      txnId,
                      1,
                      events.get(events.size() - 1).position(),
                      events.stream().map(LoggedEvent::eventId).toList(),
                      new byte[] {'[', ']'},
                      0,
                      new byte[32]));
          return to;
        });
  }

  /** The open transaction has arrived. */
  void close(ServerName to) {
    database.run(
        unit -> {
          unit.outbox().close(unit.outbox().open(to).orElseThrow(), Outcome.DELIVERED, 1);
          return to;
        });
  }

  private static Event event(String text) {
    return new Event(
        EventId.of("$" + text),
        ROOM,
        UserId.of("@a:sender.example"),
        "m.room.message",
        Optional.empty(),
        JsonObject.EMPTY,
        List.of(),
        List.of(),
        1,
        1,
        Optional.empty(),
        JsonObject.builder().put("text", text).build());
  }
}
