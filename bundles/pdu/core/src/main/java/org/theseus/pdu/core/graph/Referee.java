package org.theseus.pdu.core.graph;

import org.theseus.persistence.api.StoredEvent.Outcome;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventSource;
import org.theseus.protocol.api.RoomVersion;
import org.theseus.protocol.api.Verdict;

/**
 * Receipt checks 4 to 6.
 *
 * @see <a
 *     href="https://spec.matrix.org/v1.19/server-server-api/#checks-performed-on-receipt-of-a-pdu">Checks
 *     performed on receipt of a PDU</a>
 */
public final class Referee {
  private Referee() {}

  /**
   * Judges an event.
   *
   * @param version the room's version
   * @param event the event, its signatures and hash checked
   * @param source finds its auth events and those of the states
   * @param before the state before it
   * @param current the state in force
   * @return what the checks came to
   */
  public static Ruling judge(
      RoomVersion version, Event event, EventSource source, State before, State current) {
    Ruling ruling = judge(version, event, source, before);
    if (!ruling.isAccepted() || before.isKnownToEqual(current)) {
      return ruling;
    }
    // 6. Passes authorisation rules based on the current state of the room, otherwise it is
    // "soft failed".
    Verdict now = version.authByState(event, current.lookup(source));
    return now.allowed() ? Ruling.ACCEPTED : new Ruling(Outcome.SOFT_FAILED, now.reason());
  }

  /**
   * Judges an event without asking whether the state in force would still allow it.
   *
   * @param version the room's version
   * @param event the event, its signatures and hash checked
   * @param source finds its auth events and those of the states
   * @param before the state before it
   * @return what the checks came to
   */
  public static Ruling judge(RoomVersion version, Event event, EventSource source, State before) {
    // 4. Passes authorisation rules based on the event's auth events, otherwise it is rejected.
    Verdict cited = version.authByAuthEvents(event, source);
    if (!cited.allowed()) {
      return new Ruling(Outcome.REJECTED, cited.reason());
    }
    // 5. Passes authorisation rules based on the state before the event, otherwise it is rejected.
    Verdict there = version.authByState(event, before.lookup(source));
    return there.allowed() ? Ruling.ACCEPTED : new Ruling(Outcome.REJECTED, there.reason());
  }
}
