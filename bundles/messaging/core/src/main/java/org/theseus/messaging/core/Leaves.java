package org.theseus.messaging.core;

import static org.theseus.transport.api.FederationClient.encode;

import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.theseus.pdu.api.RoomGraphs;
import org.theseus.pdu.api.RoomInfo;
import org.theseus.pdu.api.RoomReader;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.MatrixException;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.RoomVersion;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.TransientException;
import org.theseus.protocol.api.UserId;
import org.theseus.transport.api.FederationClient;

/**
 * Refuses invites to rooms we are not in, through the inviter's server. The user is rid of the
 * invite in any case: if that server is away or wants none of it, the refusal stands here alone.
 * Blocks.
 *
 * @see <a href="https://spec.matrix.org/v1.19/server-server-api/#leaving-rooms-rejecting-invites">
 *     Leaving rooms (rejecting invites)</a>
 */
final class Leaves {
  private static final Logger LOG = LoggerFactory.getLogger(Leaves.class);
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final int ATTEMPTS = 2;

  private final RoomGraphs graphs;
  private final RoomReader reader;
  private final Peers peers;
  private final Templates templates;
  private final ServerName ours;

  Leaves(RoomGraphs graphs, RoomReader reader, Peers peers, Templates templates, ServerName ours) {
    this.graphs = graphs;
    this.reader = reader;
    this.peers = peers;
    this.templates = templates;
    this.ours = ours;
  }

  /** Refuses an invite. */
  EventId refuse(UserId user, RoomId room, Event invite) {
    RoomInfo info = reader.room(room).orElseThrow(() -> Refusals.notFound("no room " + room));
    RoomVersion version =
        graphs
            .version(info.version())
            .orElseThrow(() -> Refusals.unsupportedVersion(info.version()));
    Event leave =
        throughInviter(user, room, invite.sender().server())
            .orElseGet(() -> templates.leaveWithoutResident(invite, version, user));
    Stages.await(graphs.storeOutOfBand(leave, version.id()));
    return leave.id();
  }

  private Optional<Event> throughInviter(UserId user, RoomId room, ServerName inviter) {
    if (inviter.equals(ours)) {
      return Optional.empty();
    }
    String ids = encode(room.value()) + "/";
    try {
      JsonObject answer = peers.get(inviter, Peers.V1 + "make_leave/" + ids + encode(user.value()));
      Event leave = templates.sign(answer, inviter, room, user, "leave").event();
      sendLeave(inviter, Peers.V2 + "send_leave/" + ids + encode(leave.id().value()), leave);
      return Optional.of(leave);
    } catch (MatrixException | TransientException failed) {
      if (Thread.currentThread().isInterrupted()) {
        throw failed;
      }
      LOG.info("{} leaves {} here alone: {}: {}", user, room, inviter, failed.getMessage());
      return Optional.empty();
    }
  }

  private void sendLeave(ServerName inviter, String path, Event leave) {
    for (int attempt = 1; ; attempt++) {
      try {
        peers.put(inviter, path, leave.json(), TIMEOUT, FederationClient.SMALL);
        return;
      } catch (TransientException away) {
        if (attempt == ATTEMPTS || Thread.currentThread().isInterrupted()) {
          throw away;
        }
      }
    }
  }
}
