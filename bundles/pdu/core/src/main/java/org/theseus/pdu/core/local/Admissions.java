package org.theseus.pdu.core.local;

import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.theseus.pdu.api.Draft;
import org.theseus.pdu.api.RoomGraphs.Admission;
import org.theseus.pdu.core.graph.Graph;
import org.theseus.pdu.core.graph.Room;
import org.theseus.pdu.core.queries.Shown;
import org.theseus.pdu.core.receipt.Verifier;
import org.theseus.persistence.api.LocalMembership;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.InvalidEventException;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.MatrixException;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.RoomVersion;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.SignatureVerdict;
import org.theseus.protocol.api.TransientException;

/**
 * Takes in, as a resident of the room, the events with which other servers' users join and leave.
 */
final class Admissions {
  private static final Logger LOG = LoggerFactory.getLogger(Admissions.class);
  private static final Duration KEYS = Duration.ofSeconds(8);
  private static final String DUMMY = "org.matrix.dummy_event";

  private final Graph graph;
  private final Verifier verifier;
  private final Sending sending;
  private final Executor executor;
  private final Shown shown;

  Admissions(Graph graph, Verifier verifier, Sending sending, Executor executor) {
    this.graph = graph;
    this.verifier = verifier;
    this.sending = sending;
    this.executor = executor;
    this.shown = new Shown(graph);
  }

  CompletionStage<Event> verify(RoomVersion version, JsonObject pdu) {
    Event event = parse(version, pdu);
    return verifier
        .verify(version, event, event.sender().server(), KEYS, executor)
        .thenApply(
            verdict -> {
              if (verdict instanceof SignatureVerdict.Invalid invalid) {
                throw Refusals.forbidden(invalid.reason());
              }
              if (verdict instanceof SignatureVerdict.KeysMissing missing) {
                throw new TransientException("no keys could be had of " + missing.servers());
              }
              return Verifier.hashed(version, event);
            });
  }

  CompletionStage<Admission> admit(ServerName origin, RoomId id, JsonObject pdu) {
    Room room = graph.rooms().get(id);
    room.state();
    RoomVersion version = graph.versions().held(room.version());
    Event claimed = parse(version, pdu);
    if (!claimed.roomId().equals(id)) {
      throw Refusals.badJson("the event is of another room");
    }
    if (!claimed.sender().server().equals(origin)) {
      throw Refusals.forbidden("the sender is not a user of " + origin);
    }
    if (claimed.exceedsReferenceLimits()) {
      throw Refusals.badJson("the event refers to too many events");
    }
    if (!version.contentHashMatches(claimed)) {
      throw Refusals.badJson("the content hash is wrong");
    }
    return verify(version, pdu)
        .thenCompose(event -> graph.workers().submit(id, () -> admit(version, event, origin)));
  }

  private Admission admit(RoomVersion version, Event event, ServerName origin) {
    Sending.Committed committed = sending.commitNow(event, Set.of(origin));
    Collection<EventId> state = committed.before().map().asMap().values();
    Set<EventId> chain = new HashSet<>(version.authChain(state, graph.events()));
    chain.addAll(version.authChain(List.of(event.id()), graph.events()));
    Admission admission =
        new Admission(committed.event(), shown.events(state), shown.events(chain));
    joinBranches(event.roomId());
    return admission;
  }

  /**
   * Events sent between make_join and send_join would never reach who joined, did nothing follow
   * them and the join.
   */
  private void joinBranches(RoomId id) {
    Room room = graph.rooms().get(id);
    if (!room.isJoined() || room.tips().size() < 2) {
      return;
    }
    List<LocalMembership> members = graph.database().run(unit -> unit.memberships().of(id));
    for (LocalMembership member : members) {
      if (member.membership().equals("join")) {
        try {
          sending.sendNow(id, Draft.message(member.user(), DUMMY, JsonObject.EMPTY));
          return;
        } catch (MatrixException refused) {
          LOG.debug("{} may not join the branches of {}", member.user(), id, refused);
        }
      }
    }
  }

  private static Event parse(RoomVersion version, JsonObject pdu) {
    try {
      return Verifier.parse(version, pdu);
    } catch (InvalidEventException dropped) {
      throw Refusals.badJson(dropped.error().error());
    }
  }
}
