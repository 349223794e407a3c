package org.theseus.pdu.core.graph;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.theseus.persistence.api.RoomRecord.Participation;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.MatrixError;
import org.theseus.protocol.api.MatrixException;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.ServerName;

/**
 * A room as of its last commit. Immutable.
 *
 * @param id the room
 * @param version its room version
 * @param participation our part in it
 * @param tips its forward extremities
 * @param current the state after them, resolved; empty while we have none
 * @param joined the servers in that state
 */
public record Room(
    RoomId id,
    String version,
    Participation participation,
    Map<EventId, Tip> tips,
    Optional<State> current,
    Joined joined) {
  /** Checks that all parts are there. */
  public Room {
    Objects.requireNonNull(id);
    Objects.requireNonNull(version);
    Objects.requireNonNull(participation);
    tips = Map.copyOf(tips);
    Objects.requireNonNull(current);
    Objects.requireNonNull(joined);
  }

  /**
   * Makes a room we hold nothing of.
   *
   * @param id the room
   * @param version its room version
   * @return the room
   */
  public static Room unknown(RoomId id, String version) {
    return new Room(
        id, version, Participation.OUTSIDE, Map.of(), Optional.empty(), new Joined(Map.of()));
  }

  /**
   * Tells whether one of our users is joined.
   *
   * @return true if so
   */
  public boolean isJoined() {
    return participation == Participation.JOINED;
  }

  /**
   * Takes the state in force of a room that we are in.
   *
   * @return the state
   * @throws MatrixException {@code M_NOT_FOUND} if we are not in it
   */
  public State state() {
    if (!isJoined()) {
      throw notHere(id);
    }
    return current.orElseThrow();
  }

  /**
   * Tells the servers that are in it.
   *
   * @return those with a joined user
   */
  public Set<ServerName> servers() {
    return joined.servers();
  }

  /**
   * Changes our part in it.
   *
   * @param next our part from now on
   * @return the change, to be committed
   */
  public Change as(Participation next) {
    return new Change(this, List.of(), tips.keySet(), current, joined, next, Map.of(), List.of());
  }

  /**
   * Adds events that change neither the extremities nor the state in force.
   *
   * @param events what is added, in order
   * @param redactions the redactions that take effect with it, by target
   * @return the change, to be committed
   */
  public Change with(List<Placed> events, Map<EventId, EventId> redactions) {
    return new Change(
        this, events, tips.keySet(), current, joined, participation, redactions, List.of());
  }

  /**
   * Says that we are not in a room.
   *
   * @param room the room
   * @return the error
   */
  public static MatrixException notHere(RoomId room) {
    return new MatrixException(404, MatrixError.NOT_FOUND, "this server is not in " + room);
  }
}
