package org.theseus.persistence.api;

import java.util.Objects;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.ServerName;

/**
 * A PDU that was received, acknowledged and is still to be processed. The array is shared and must
 * not be changed.
 *
 * @param roomId its room
 * @param eventId its id
 * @param origin the server that sent it to us
 * @param json the event as received, UTF-8
 * @param verified whether its signatures were verified; if not, the worker does it
 * @param receivedTs when it was received, in milliseconds since the epoch
 * @param attempts how often processing it was tried
 * @param nextAttemptTs when to try next, in milliseconds since the epoch
 * @param problem what went wrong last, or ""
 * @param quarantined whether processing was given up until a person asks for it
 */
public record JournaledPdu(
    RoomId roomId,
    EventId eventId,
    ServerName origin,
    byte[] json,
    boolean verified,
    long receivedTs,
    int attempts,
    long nextAttemptTs,
    String problem,
    boolean quarantined) {
  /** Checks that all parts are there. */
  public JournaledPdu {
    Objects.requireNonNull(roomId);
    Objects.requireNonNull(eventId);
    Objects.requireNonNull(origin);
    Objects.requireNonNull(json);
    Objects.requireNonNull(problem);
  }

  /**
   * Makes the record of a PDU just received.
   *
   * @param roomId its room
   * @param eventId its id
   * @param origin the server that sent it to us
   * @param json the event as received, UTF-8
   * @param verified whether its signatures were verified
   * @param receivedTs when it was received
   * @return the record, due at once
   */
  public static JournaledPdu received(
      RoomId roomId,
      EventId eventId,
      ServerName origin,
      byte[] json,
      boolean verified,
      long receivedTs) {
    return new JournaledPdu(
        roomId, eventId, origin, json, verified, receivedTs, 0, receivedTs, "", false);
  }

  /**
   * Notes that its signatures are true, and begins to count attempts anew.
   *
   * @return the changed record
   */
  public JournaledPdu verifiedNow() {
    return new JournaledPdu(
        roomId, eventId, origin, json, true, receivedTs, 0, nextAttemptTs, "", quarantined);
  }

  /**
   * Changes when to try next, without an attempt having been made.
   *
   * @param ts when to try next
   * @return the changed record
   */
  public JournaledPdu dueAt(long ts) {
    return new JournaledPdu(
        roomId, eventId, origin, json, verified, receivedTs, attempts, ts, problem, quarantined);
  }

  /**
   * Puts the next attempt off.
   *
   * @param nextTs when to try next
   * @param why what went wrong
   * @return the changed record
   */
  public JournaledPdu deferredUntil(long nextTs, String why) {
    return new JournaledPdu(
        roomId,
        eventId,
        origin,
        json,
        verified,
        receivedTs,
        attempts + 1,
        nextTs,
        why,
        quarantined);
  }

  /**
   * Takes it out of quarantine, as if it had just been received.
   *
   * @param nowTs when it is to be tried
   * @return the changed record
   */
  public JournaledPdu released(long nowTs) {
    return new JournaledPdu(
        roomId, eventId, origin, json, verified, receivedTs, 0, nowTs, "", false);
  }

  /**
   * Gives up until a person asks for another attempt.
   *
   * @param why what went wrong
   * @return the changed record
   */
  public JournaledPdu quarantinedBecause(String why) {
    return new JournaledPdu(
        roomId,
        eventId,
        origin,
        json,
        verified,
        receivedTs,
        attempts + 1,
        nextAttemptTs,
        why,
        true);
  }
}
