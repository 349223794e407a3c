package org.theseus.messaging.core;

import static org.theseus.transport.api.FederationClient.encode;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.theseus.pdu.api.Draft;
import org.theseus.pdu.api.RoomGraphs;
import org.theseus.pdu.api.RoomGraphs.UnfinishedJoin;
import org.theseus.pdu.api.RoomInfo;
import org.theseus.pdu.api.RoomInfo.Participation;
import org.theseus.pdu.api.RoomReader;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.MatrixException;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.TransientException;
import org.theseus.protocol.api.UserId;

/** Joins rooms: by ourselves where we are in them, else through servers that are. Blocks. */
final class Joins {
  private static final Logger LOG = LoggerFactory.getLogger(Joins.class);

  private final RoomGraphs graphs;
  private final RoomReader reader;
  private final Peers peers;
  private final Templates templates;
  private final RestrictedJoins restricted;
  private final JoinHandshake handshake;
  private final ServerName ours;

  Joins(
      RoomGraphs graphs,
      RoomReader reader,
      Peers peers,
      Templates templates,
      RestrictedJoins restricted,
      JoinHandshake handshake,
      ServerName ours) {
    this.graphs = graphs;
    this.reader = reader;
    this.peers = peers;
    this.templates = templates;
    this.restricted = restricted;
    this.handshake = handshake;
    this.ours = ours;
  }

  /** Joins a room; one call for a room at a time. */
  RoomId join(UserId user, RoomId room, List<ServerName> via) {
    for (UnfinishedJoin begun : unfinished(room)) {
      Set<ServerName> servers = new LinkedHashSet<>(begun.via());
      servers.addAll(via);
      servers.remove(ours);
      try {
        handshake.finish(new UnfinishedJoin(begun.join(), List.copyOf(servers), begun.version()));
      } catch (MatrixException refused) {
        LOG.info(
            "The join {} begun before was refused: {}", begun.join().id(), refused.getMessage());
      }
    }
    if (reader
        .room(room)
        .filter(info -> info.participation() == Participation.JOINED)
        .isPresent()) {
      joinHere(user, room);
    } else {
      joinThrough(candidates(user, room, via), user, room);
    }
    return room;
  }

  /** Lists the rooms whose joins have begun and not ended. */
  Set<RoomId> unfinished() {
    return graphs.unfinishedJoins().stream()
        .map(begun -> begun.join().roomId())
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** Goes on with the joins of a room, with the same events; one call for a room at a time. */
  void resume(RoomId room) {
    unfinished(room).forEach(handshake::finish);
  }

  private List<UnfinishedJoin> unfinished(RoomId room) {
    return graphs.unfinishedJoins().stream()
        .filter(begun -> begun.join().roomId().equals(room))
        .toList();
  }

  private void joinHere(UserId user, RoomId room) {
    RoomInfo info = reader.room(room).orElseThrow();
    if (reader.membership(user, room).filter(Members::isJoin).isEmpty()) {
      Draft join = Draft.state(user, Members.TYPE, user.value(), restricted.content(info, user));
      Stages.await(graphs.send(room, join));
    }
  }

  private Set<ServerName> candidates(UserId user, RoomId room, List<ServerName> via) {
    Set<ServerName> servers = new LinkedHashSet<>(via);
    reader.membership(user, room).map(invite -> invite.sender().server()).ifPresent(servers::add);
    servers.addAll(reader.servers(room));
    room.server().ifPresent(servers::add);
    servers.remove(ours);
    if (servers.isEmpty()) {
      throw Refusals.notFound("no server is known that is in " + room + "; name one");
    }
    return servers;
  }

  private void joinThrough(Set<ServerName> servers, UserId user, RoomId room) {
    List<RuntimeException> refusals = new ArrayList<>();
    List<RuntimeException> troubles = new ArrayList<>();
    for (ServerName resident : servers) {
      try {
        Templates.Signed join =
            templates.sign(makeJoin(resident, room, user), resident, room, user, "join");
        UnfinishedJoin begun =
            new UnfinishedJoin(join.event(), firstOf(resident, servers), join.version().id());
        Stages.await(graphs.beginJoin(begun.join(), begun.via(), begun.version()));
        handshake.finish(begun);
        return;
      } catch (MatrixException refused) {
        LOG.info("{} refuses {} to join {}: {}", resident, user, room, refused.getMessage());
        refusals.add(refused);
      } catch (UnclearJoinException unclear) {
        throw unclear;
      } catch (TransientException away) {
        LOG.info("{} cannot help {} to join {}: {}", resident, user, room, away.getMessage());
        troubles.add(away);
      }
      if (Thread.currentThread().isInterrupted()) {
        break;
      }
    }
    throw (refusals.isEmpty() ? troubles : refusals).get(0);
  }

  private JsonObject makeJoin(ServerName resident, RoomId room, UserId user) {
    String versions =
        graphs.versions().stream()
            .map(version -> "ver=" + encode(version))
            .collect(Collectors.joining("&"));
    return peers.get(
        resident,
        Peers.V1
            + "make_join/"
            + encode(room.value())
            + "/"
            + encode(user.value())
            + "?"
            + versions);
  }

  private static List<ServerName> firstOf(ServerName first, Set<ServerName> servers) {
    List<ServerName> ordered = new ArrayList<>(servers);
    ordered.remove(first);
    ordered.add(0, first);
    return ordered;
  }
}
