package org.theseus.pdu.core.receipt;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.theseus.pdu.core.graph.Change;
import org.theseus.pdu.core.graph.Graph;
import org.theseus.pdu.core.graph.Placed;
import org.theseus.pdu.core.graph.Referee;
import org.theseus.pdu.core.graph.Room;
import org.theseus.pdu.core.graph.Ruling;
import org.theseus.pdu.core.graph.State;
import org.theseus.persistence.api.UnitOfWork;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.RoomVersion;
import org.theseus.protocol.api.StateKey;

/** Puts received events into the graph. Used by the rooms' workers. */
final class Appender {
  private static final Logger LOG = LoggerFactory.getLogger(Appender.class);

  private final Graph graph;

  Appender(Graph graph) {
    this.graph = graph;
  }

  /**
   * Judges an event and stores it with what it changes, in one unit of work.
   *
   * @param event the event, its signatures verified, its auth events stored
   * @param told the state before it as a peer told it; else its prev_events stand in the graph
   * @param further what else belongs into the unit
   */
  void append(
      RoomVersion version,
      Event event,
      Optional<Map<StateKey, EventId>> told,
      Consumer<UnitOfWork> further) {
    Room room = graph.rooms().get(event.roomId());
    Event kept = Verifier.hashed(version, event);
    State before =
        told.map(state -> among(version, room, state))
            .orElseGet(() -> graph.placer().before(version, room, kept.prevEvents()));
    Ruling ruling = Referee.judge(version, kept, graph.events(), before, room.state());
    if (!ruling.isAccepted()) {
      LOG.debug("{} is {}: {}", kept, ruling.outcome(), ruling.reason());
    }
    Placed placed = Placed.live(kept, ruling, before, Set.of());
    Change change =
        told.isPresent()
            ? graph.placer().branch(version, room, placed)
            : graph.placer().change(version, room, placed);
    Optional<EventId> redaction = graph.placer().earlierRedaction(version, kept);
    graph
        .ledger()
        .commit(
            change
                .and(unit -> told.ifPresent(state -> noteGap(unit, kept)))
                .and(unit -> redaction.ifPresent(by -> unit.events().redact(kept.id(), by)))
                .and(further));
  }

  /** What lies before a told state may be asked for as history one day. */
  private static void noteGap(UnitOfWork unit, Event event) {
    Set<EventId> backward = new HashSet<>(unit.rooms().backwardExtremities(event.roomId()));
    backward.addAll(event.prevEvents());
    backward.removeAll(unit.events().inGraph(backward));
    unit.rooms().setBackwardExtremities(event.roomId(), backward);
  }

  /** What one peer tells never stands alone: it is resolved against what we hold. */
  private State among(RoomVersion version, Room room, Map<StateKey, EventId> told) {
    return graph
        .states()
        .resolve(version, List.of(room.state(), graph.states().fresh(told)), graph.events());
  }
}
