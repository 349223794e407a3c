package org.theseus.messaging.core;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.theseus.pdu.api.RoomGraphs;
import org.theseus.pdu.api.RoomInfo;
import org.theseus.pdu.api.RoomInfo.Participation;
import org.theseus.pdu.api.RoomReader;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.MatrixError;
import org.theseus.protocol.api.MatrixException;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.RoomVersion;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.UserId;
import org.theseus.transport.api.InboundRequest;

/** What every endpoint checks by which other servers change memberships. */
final class Residence {
  private final RoomGraphs graphs;
  private final RoomReader reader;

  Residence(RoomGraphs graphs, RoomReader reader) {
    this.graphs = graphs;
    this.reader = reader;
  }

  /** Finds the room of a request: one we are in and the asker is not kept out of. */
  RoomInfo room(InboundRequest request) {
    RoomId id = roomId(request);
    RoomInfo room =
        reader
            .room(id)
            .filter(known -> known.participation() == Participation.JOINED)
            .orElseThrow(() -> Refusals.notFound("we are not in " + id));
    requireAllowed(id, request.signer());
    return room;
  }

  static RoomId roomId(InboundRequest request) {
    return RoomId.parse(request.variable("roomId"))
        .orElseThrow(() -> Refusals.invalid("roomId is no room id"));
  }

  /** Checks the room's access list. */
  void requireAllowed(RoomId room, ServerName origin) {
    if (!reader.allows(room, origin)) {
      throw Refusals.forbidden("the room's access list keeps " + origin + " out");
    }
  }

  /** Finds the user a template is asked for: "This MUST be a user ID on the origin server." */
  static UserId ownUser(InboundRequest request) {
    UserId user =
        UserId.parse(request.variable("userId"))
            .orElseThrow(() -> Refusals.invalid("userId is no user id"));
    if (!user.server().equals(request.signer())) {
      throw Refusals.forbidden(user + " is no user of " + request.signer());
    }
    return user;
  }

  RoomVersion version(RoomInfo room) {
    return graphs
        .version(room.version())
        .orElseThrow(() -> Refusals.unsupportedVersion(room.version()));
  }

  /**
   * Reads a member event that a server hands in, and checks what the specification lists with
   * {@code M_INVALID_PARAM}, but for its signatures.
   */
  static Event member(
      RoomVersion version, JsonObject pdu, InboundRequest request, String membership) {
    Event event = version.parse(pdu);
    require(event.type().equals(Members.TYPE), "the event is no " + Members.TYPE);
    require(Members.membership(event).equals(membership), "the membership is not " + membership);
    require(
        event.sender().server().equals(request.signer()),
        "the sender is no user of " + request.signer());
    require(event.roomId().equals(roomId(request)), "the event is of another room than the path");
    require(
        event.id().value().equals(request.variable("eventId")),
        "the event's id is " + event.id() + ", not the path's");
    require(!event.exceedsReferenceLimits(), "the event refers to too many events");
    require(version.contentHashMatches(event), "the event's content hash does not match");
    return event;
  }

  /** Checks that a user speaks for themself. */
  static void requireOwnMembership(Event member) {
    require(
        member.stateKey().filter(member.sender().value()::equals).isPresent(),
        "the state key is not the sender");
  }

  static void require(boolean condition, String otherwise) {
    if (!condition) {
      throw Refusals.invalid(otherwise);
    }
  }

  /** Checks signatures; what has false ones is a parameter that is not valid. */
  CompletionStage<Event> verified(RoomVersion version, JsonObject pdu) {
    return graphs
        .verify(version.id(), pdu)
        .exceptionallyCompose(
            failure -> {
              Throwable cause = Stages.cause(failure);
              boolean refused =
                  cause instanceof MatrixException no
                      && no.error().errcode().equals(MatrixError.FORBIDDEN);
              return CompletableFuture.failedFuture(
                  refused ? Refusals.invalid(((MatrixException) cause).error().error()) : cause);
            });
  }
}
