package org.theseus.messaging.core;

import static org.theseus.transport.api.FederationClient.encode;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.theseus.pdu.api.RoomGraphs;
import org.theseus.pdu.api.RoomGraphs.UnfinishedJoin;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.MatrixException;
import org.theseus.protocol.api.RoomVersion;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.TransientException;
import org.theseus.transport.api.FederationClient;

/**
 * The second half of a join: the signed event is noted and is now handed in, always the same bytes,
 * until it is clear what became of it. Blocks.
 */
final class JoinHandshake {
  private static final Logger LOG = LoggerFactory.getLogger(JoinHandshake.class);
  private static final Duration TIMEOUT = Duration.ofMinutes(2);
  private static final int ATTEMPTS = 3;

  private final RoomGraphs graphs;
  private final Peers peers;
  private final Duration pause;

  /**
   * Makes the handshake.
   *
   * @param pause between attempts at one server
   */
  JoinHandshake(RoomGraphs graphs, Peers peers, Duration pause) {
    this.graphs = graphs;
    this.peers = peers;
    this.pause = pause;
  }

  /**
   * Hands a join in: to the server that made the template, a few times if need be, then to the
   * others. Returns when the room is joined.
   *
   * @throws MatrixException if it was refused; the join is given up
   * @throws UnclearJoinException if some server may have taken it; the join stays noted
   */
  void finish(UnfinishedJoin begun) {
    Set<ServerName> settled = new HashSet<>();
    Set<ServerName> unclear = new HashSet<>();
    Optional<MatrixException> refusal = Optional.empty();
    Optional<TransientException> trouble = Optional.empty();
    List<ServerName> attempts = attempts(begun.via());
    for (int i = 0; i < attempts.size(); i++) {
      ServerName resident = attempts.get(i);
      if (settled.contains(resident)) {
        continue;
      }
      try {
        JsonObject answer = sendJoin(begun.join(), resident);
        // From here on a refusal is our own, of an answer that does not hold together.
        settled.add(resident);
        unclear.remove(resident);
        adopt(begun, resident, answer);
        LOG.info("{} joined {} through {}", begun.join().sender(), begun.join().roomId(), resident);
        return;
      } catch (MatrixException refused) {
        LOG.info("{} and {}: {}", resident, begun.join().id(), refused.getMessage());
        refusal = refusal.or(() -> Optional.of(refused));
        boolean taken = !settled.add(resident);
        unclear.remove(resident);
        if (!taken && unclear.isEmpty()) {
          break;
        }
      } catch (TransientException away) {
        LOG.info("{} and {}: {}", resident, begun.join().id(), away.getMessage());
        trouble = Optional.of(away);
        unclear.add(resident);
        if (i + 1 < attempts.size() && attempts.get(i + 1).equals(resident)) {
          rest(begun, away);
        }
      }
    }
    if (!unclear.isEmpty()) {
      throw new UnclearJoinException(begun.join().roomId(), trouble.orElseThrow());
    }
    Stages.await(graphs.abandonJoin(begun.join()));
    throw refusal.orElseThrow(
        () -> Refusals.notFound("no server is known that is in " + begun.join().roomId()));
  }

  private static List<ServerName> attempts(List<ServerName> servers) {
    List<ServerName> attempts = new ArrayList<>(servers);
    for (int i = 1; i < ATTEMPTS && !servers.isEmpty(); i++) {
      attempts.add(0, servers.get(0));
    }
    return attempts;
  }

  private JsonObject sendJoin(Event join, ServerName resident) {
    return peers.put(
        resident,
        Peers.V2
            + "send_join/"
            + encode(join.roomId().value())
            + "/"
            + encode(join.id().value())
            + "?omit_members=false",
        join.json(),
        TIMEOUT,
        FederationClient.LARGE);
  }

  private void adopt(UnfinishedJoin begun, ServerName resident, JsonObject answer) {
    if (answer.bool("members_omitted").orElse(false)) {
      throw Refusals.badAnswer(resident + " left members out, which we had not asked for");
    }
    List<JsonObject> state = objects(answer, "state", resident);
    List<JsonObject> authChain = objects(answer, "auth_chain", resident);
    RoomVersion version =
        graphs
            .version(begun.version())
            .orElseThrow(() -> Refusals.unsupportedVersion(begun.version()));
    Event join = begun.join();
    Optional<JsonObject> copy = answer.object("event");
    if (copy.isPresent() && version.parse(copy.get()).id().equals(join.id())) {
      join = version.mergeSignatures(join, copy.get());
    }
    Stages.await(graphs.adopt(join, resident, state, authChain));
  }

  private static List<JsonObject> objects(JsonObject answer, String name, ServerName resident) {
    return answer
        .array(name)
        .map(JsonArray::objects)
        .orElseThrow(() -> Refusals.badAnswer("the answer of " + resident + " has no " + name));
  }

  private void rest(UnfinishedJoin begun, TransientException last) {
    try {
      Thread.sleep(pause.toMillis());
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new UnclearJoinException(begun.join().roomId(), last);
    }
  }
}
