package org.theseus.messaging.core;

import static org.theseus.transport.api.FederationClient.encode;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.theseus.pdu.api.Draft;
import org.theseus.pdu.api.RoomGraphs;
import org.theseus.pdu.api.RoomInfo;
import org.theseus.pdu.api.RoomReader;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonValue;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.RoomVersion;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.StateKey;
import org.theseus.protocol.api.UserId;
import org.theseus.transport.api.FederationClient;

/** Invites users of other servers: their server signs first, then the invite is logged. Blocks. */
final class Invites {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  /** What tells an invitee which room it is, beside the inviter's own member event. */
  private static final List<StateKey> SHOWN =
      Stream.of(
              "m.room.create",
              "m.room.join_rules",
              "m.room.name",
              "m.room.avatar",
              "m.room.topic",
              "m.room.canonical_alias",
              "m.room.encryption")
          .map(type -> new StateKey(type, ""))
          .toList();

  private final RoomGraphs graphs;
  private final RoomReader reader;
  private final Peers peers;
  private final CoSignatures coSignatures;

  Invites(RoomGraphs graphs, RoomReader reader, Peers peers, CoSignatures coSignatures) {
    this.graphs = graphs;
    this.reader = reader;
    this.peers = peers;
    this.coSignatures = coSignatures;
  }

  /** Invites; whatever the invitee's server says against it is told to the caller. */
  EventId invite(RoomId room, Draft draft, UserId invitee) {
    Event invite = Stages.await(graphs.prepare(room, draft));
    RoomInfo info = reader.room(room).orElseThrow(() -> Refusals.notFound("no room " + room));
    RoomVersion version =
        graphs
            .version(info.version())
            .orElseThrow(() -> Refusals.unsupportedVersion(info.version()));
    ServerName server = invitee.server();
    JsonObject answer =
        peers.put(
            server,
            Peers.V2 + "invite/" + encode(room.value()) + "/" + encode(invite.id().value()),
            JsonObject.builder()
                .put("room_version", version.id())
                .put("event", invite.json())
                .put("invite_room_state", roomState(room, draft.sender()))
                .build(),
            TIMEOUT,
            FederationClient.SMALL);
    JsonObject signed =
        answer
            .object("event")
            .orElseThrow(() -> Refusals.badAnswer(server + " answered without the event"));
    Event both = coSignatures.take(version, invite, signed, server);
    return Stages.await(graphs.commit(both)).id();
  }

  private JsonArray roomState(RoomId room, UserId inviter) {
    return new JsonArray(
        Stream.concat(SHOWN.stream(), Stream.of(StateKey.member(inviter)))
            .flatMap(slot -> reader.state(room, slot).stream())
            .<JsonValue>map(Event::json)
            .toList());
  }
}
