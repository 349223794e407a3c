package org.theseus.pdu.core.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.theseus.persistence.api.RoomRecord.Participation;
import org.theseus.persistence.api.UnitOfWork;
import org.theseus.protocol.api.EventId;

/**
 * A change of a room, worked out and still to be committed.
 *
 * @param from the room before it
 * @param events what is added, in order
 * @param tips the forward extremities after it: some of the room's, some of {@code events}
 * @param current the state in force after it
 * @param joined the servers in that state
 * @param participation our part in the room after it
 * @param redactions the redactions that take effect with it, by target
 * @param further what else belongs into the same unit of work, in order
 */
public record Change(
    Room from,
    List<Placed> events,
    Set<EventId> tips,
    Optional<State> current,
    Joined joined,
    Participation participation,
    Map<EventId, EventId> redactions,
    List<Consumer<UnitOfWork>> further) {
  /** Checks that all parts are there. */
  public Change {
    Objects.requireNonNull(from);
    events = List.copyOf(events);
    tips = Set.copyOf(tips);
    Objects.requireNonNull(current);
    Objects.requireNonNull(joined);
    Objects.requireNonNull(participation);
    redactions = Map.copyOf(redactions);
    further = List.copyOf(further);
  }

  /**
   * Adds to the unit of work.
   *
   * @param more writes to the store; may be run again
   * @return the change with it
   */
  public Change and(Consumer<UnitOfWork> more) {
    List<Consumer<UnitOfWork>> all = new ArrayList<>(further);
    all.add(more);
    return new Change(from, events, tips, current, joined, participation, redactions, all);
  }
}
