package org.theseus.persistence.sql.query;

/** PDUs that were received and are to be processed. */
public final class JournalQueries {
  private static final String SELECT =
      """
      SELECT r.room_id, i.event_id, o.server_name, j.json, j.verified, j.received_ts, j.attempts,
        j.next_attempt_ts, j.problem, j.quarantined
      FROM journal_pdu j
      JOIN room_ref r ON r.nid = j.room
      JOIN event_ref i ON i.nid = j.event
      JOIN server_ref o ON o.nid = j.origin
      """;

  private static final String THIS_ONE =
      """
      WHERE room = (SELECT nid FROM room_ref WHERE room_id = ?)
        AND event = (SELECT nid FROM event_ref WHERE event_id = ?)
      """;

  /** Adds a PDU, or begins anew with one that was given up. */
  public static final String ADD =
      """
      INSERT INTO journal_pdu (room, event, origin, verified, received_ts, attempts,
        next_attempt_ts, quarantined, problem, json)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (room, event) DO UPDATE
      SET origin = excluded.origin, verified = excluded.verified,
        received_ts = excluded.received_ts, attempts = excluded.attempts,
        next_attempt_ts = excluded.next_attempt_ts, quarantined = excluded.quarantined,
        problem = excluded.problem, json = excluded.json
      WHERE journal_pdu.quarantined = 1
      """;

  /** Changes what may change of a PDU. */
  public static final String UPDATE =
      """
      UPDATE journal_pdu
      SET verified = ?, attempts = ?, next_attempt_ts = ?, quarantined = ?, problem = ?
      """
          + THIS_ONE;

  /** Removes a PDU. */
  public static final String REMOVE = "DELETE FROM journal_pdu " + THIS_ONE;

  /** Removes all PDUs of a room from one origin. */
  public static final String REMOVE_ALL =
      """
      DELETE FROM journal_pdu
      WHERE room = (SELECT nid FROM room_ref WHERE room_id = ?)
        AND origin = (SELECT nid FROM server_ref WHERE server_name = ?)
      """;

  /** The origins of a room's PDUs. */
  public static final String ORIGINS =
      """
      SELECT server_name FROM server_ref
      WHERE nid IN (
        SELECT origin FROM journal_pdu
        WHERE room = (SELECT nid FROM room_ref WHERE room_id = ?))
      """;

  /** Finds a PDU. */
  public static final String FIND = SELECT + THIS_ONE;

  /**
   * What is due in a room. The plus keeps the time out of the choice of an index: receipt orders.
   */
  public static final String DUE =
      SELECT
          + """
          WHERE j.room = (SELECT nid FROM room_ref WHERE room_id = ?)
            AND j.quarantined = 0 AND +j.next_attempt_ts <= ?
          ORDER BY j.nid
          LIMIT ?
          """;

  /** The rooms that have something to do. */
  public static final String ROOMS =
      """
      SELECT r.room_id FROM room_ref r
      WHERE EXISTS (SELECT 1 FROM journal_pdu j WHERE j.room = r.nid AND j.quarantined = 0)
      """;

  /** When the next comes due in a room after a time; null if there is none. */
  public static final String NEXT_DUE =
      """
      SELECT MIN(next_attempt_ts) FROM journal_pdu
      WHERE room = (SELECT nid FROM room_ref WHERE room_id = ?) AND quarantined = 0
        AND next_attempt_ts > ?
      """;

  /** How many of an origin are unverified and not given up. */
  public static final String UNVERIFIED =
      """
      SELECT COUNT(*) FROM journal_pdu
      WHERE origin = (SELECT nid FROM server_ref WHERE server_name = ?) AND verified = 0
        AND quarantined = 0
      """;

  /** What was given up. */
  public static final String QUARANTINED =
      SELECT + "WHERE j.quarantined = 1 ORDER BY j.nid LIMIT ?";

  /** One event of what was given up. */
  public static final String QUARANTINED_EVENT =
      SELECT + "WHERE j.quarantined = 1 AND i.event_id = ? LIMIT 1";

  private JournalQueries() {}
}
