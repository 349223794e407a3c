package org.theseus.persistence.contract;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.theseus.persistence.api.JournaledPdu;
import org.theseus.persistence.api.StoredEvent;
import org.theseus.persistence.api.StoredEvent.Outcome;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.StateKey;
import org.theseus.protocol.api.UserId;

/** Made-up data. */
public final class Samples {
  static final RoomId ROOM = RoomId.of("!room:a.example");
  static final RoomId OTHER_ROOM = RoomId.of("!AAAAhashOfACreateEvent");
  static final ServerName A = ServerName.of("a.example");
  static final ServerName B = ServerName.of("b.example:8448");
  static final ServerName C = ServerName.of("[2001:db8::1]:8448");
  static final UserId ALICE = UserId.of("@alice:a.example");
  static final UserId BOB = UserId.of("@bob:a.example");
  static final StateKey NAME = new StateKey("m.room.name", "");
  static final StateKey ALICES = StateKey.member(ALICE);

  private Samples() {}

  static EventId id(String name) {
    return EventId.of("$" + name);
  }

  static List<EventId> ids(String... names) {
    return Stream.of(names).map(Samples::id).toList();
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** An outlier. */
  static StoredEvent outlier(String name, String... prevs) {
    return event(name, ROOM, Outcome.ACCEPTED, OptionalLong.empty(), Optional.empty(), prevs);
  }

  /** An accepted event with the given state before and after it. */
  static StoredEvent accepted(String name, long state, String... prevs) {
    return event(name, ROOM, Outcome.ACCEPTED, OptionalLong.of(state), Optional.empty(), prevs);
  }

  /** The same event, of another time. */
  static StoredEvent at(long ts, StoredEvent event) {
    return new StoredEvent(
        event.id(),
        event.roomId(),
        event.type(),
        event.stateKey(),
        event.sender(),
        event.depth(),
        ts,
        event.prevEvents(),
        event.authEvents(),
        event.json(),
        event.outcome(),
        event.reason(),
        event.stateBefore(),
        event.stateAfter(),
        event.position(),
        event.redacts(),
        event.redactedBy());
  }

  static StoredEvent event(
      String name,
      RoomId roomId,
      Outcome outcome,
      OptionalLong state,
      Optional<EventId> redacts,
      String... prevs) {
    return new StoredEvent(
        id(name),
        roomId,
        redacts.isPresent() ? "m.room.redaction" : "m.room.message",
        Optional.empty(),
        ALICE.value(),
        7,
        1_700_000_000_123L,
        ids(prevs),
        ids("create", "power"),
        bytes("{\"name\":\"" + name + "\"}"),
        outcome,
        outcome == Outcome.ACCEPTED ? "" : "because",
        state,
        state,
        OptionalLong.empty(),
        redacts,
        Optional.empty());
  }

  static JournaledPdu journaled(String name, long receivedTs) {
    return JournaledPdu.received(
        ROOM, id(name), B, bytes("{\"pdu\":\"" + name + "\"}"), true, receivedTs);
  }
}
