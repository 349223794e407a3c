package org.theseus.persistence.sql.query;

/** Destinations, their transactions and their EDUs. */
public final class DestinationQueries {
  /** A choice that the cursor has passed counts as none: an older release left it so. */
  private static final String SELECT =
      """
      SELECT n.server_name, d.cursor, d.last_meant, d.failures, d.failing_since_ts,
        d.next_attempt_ts, d.last_success_ts, d.problem, d.refused_since_ts, d.portion,
        d.portion_up_to, d.portion_up_to_edu,
        CASE WHEN d.catching_up_to > d.cursor THEN d.catching_up_to ELSE 0 END, d.left_to_peer
      FROM destination d
      JOIN server_ref n ON n.nid = d.server
      """;

  /** A destination. */
  public static final String FIND =
      SELECT + "WHERE d.server = (SELECT nid FROM server_ref WHERE server_name = ?)";

  /** All destinations. */
  public static final String ALL = SELECT + "ORDER BY n.server_name";

  /** Makes a destination known that is owed nothing. */
  public static final String REMEMBER =
      """
      INSERT INTO destination (server, cursor, last_meant, failures, failing_since_ts,
        next_attempt_ts, last_success_ts, problem)
      VALUES (?, (SELECT value FROM counter WHERE name = 'log'), 0, 0, 0, 0, 0, '')
      ON CONFLICT (server) DO NOTHING
      """;

  /** Notes how sending goes. */
  public static final String UPDATE =
      """
      UPDATE destination
      SET failures = ?, failing_since_ts = ?, next_attempt_ts = ?, last_success_ts = ?, problem = ?,
        refused_since_ts = ?, portion = ?, portion_up_to = ?, portion_up_to_edu = ?
      WHERE server = ?
      """;

  /** Opens a transaction. */
  public static final String OPEN =
      """
      INSERT INTO open_transaction (destination, txn_id, origin_server_ts, up_to, up_to_edu, sha256,
        edus)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (destination) DO NOTHING
      """;

  /** Adds a PDU to the open transaction. */
  public static final String OPEN_PDU =
      "INSERT INTO open_transaction_pdu (destination, ordinal, event) VALUES (?, ?, ?)";

  /** The open transaction. */
  public static final String FIND_OPEN =
      """
      SELECT txn_id, origin_server_ts, up_to, up_to_edu, sha256, edus FROM open_transaction
      WHERE destination = (SELECT nid FROM server_ref WHERE server_name = ?)
      """;

  /** The PDUs of the open transaction. */
  public static final String FIND_OPEN_PDUS =
      """
      SELECT i.event_id
      FROM open_transaction_pdu p
      JOIN event_ref i ON i.nid = p.event
      WHERE p.destination = (SELECT nid FROM server_ref WHERE server_name = ?)
      ORDER BY p.ordinal
      """;

  /** Removes the PDUs of the open transaction. */
  public static final String CLOSE_PDUS = "DELETE FROM open_transaction_pdu WHERE destination = ?";

  /** Removes the open transaction. */
  public static final String CLOSE = "DELETE FROM open_transaction WHERE destination = ?";

  /** Moves the cursor on, never back; a choice that reached no further is over. */
  public static final String ADVANCE =
      """
      UPDATE destination
      SET cursor = ?, catching_up_to = CASE WHEN catching_up_to <= ? THEN 0 ELSE catching_up_to END
      WHERE server = ? AND cursor < ?
      """;

  /** Counts events that were left to the peer. */
  public static final String LEAVE =
      "UPDATE destination SET left_to_peer = left_to_peer + ? WHERE server = ?";

  /** Notes that a choice was made, up to the last event meant for the destination. */
  public static final String CATCH_UP =
      """
      UPDATE destination SET catching_up_to = last_meant, left_to_peer = left_to_peer + ?
      WHERE server = ?
      """;

  /** Removes the PDUs of the open transaction of a destination, given twice, from its choice. */
  public static final String CLOSE_CHOSEN =
      """
      DELETE FROM catch_up
      WHERE destination = ? AND (room, position) IN (
        SELECT l.room, l.position FROM open_transaction_pdu p JOIN log l ON l.event = p.event
        WHERE p.destination = ?)
      """;

  /** Removes the EDUs that were sent. */
  public static final String DROP_EDUS =
      "DELETE FROM queued_edu WHERE destination = ? AND nid <= ?";

  /** Remembers a closed transaction. */
  public static final String ADD_CLOSED =
      """
      INSERT INTO closed_transaction (destination, txn_id, up_to, closed_ts, pdus, outcome)
      SELECT ?, ?, cursor, ?, ?, ? FROM destination WHERE server = ?
      """;

  /** Forgets all closed transactions of a destination, given twice, but the newest so many. */
  public static final String FORGET_CLOSED =
      """
      DELETE FROM closed_transaction
      WHERE destination = ? AND nid <= (
        SELECT nid FROM closed_transaction WHERE destination = ? ORDER BY nid DESC LIMIT 1 OFFSET ?)
      """;

  /** Closed transactions, the newest first. */
  public static final String CLOSED =
      """
      SELECT txn_id, closed_ts, pdus, outcome FROM closed_transaction
      WHERE destination = (SELECT nid FROM server_ref WHERE server_name = ?)
      ORDER BY nid DESC
      LIMIT ?
      """;

  /** How far a transaction, given twice, reached. */
  public static final String UP_TO =
      """
      SELECT up_to FROM open_transaction
      WHERE destination = (SELECT nid FROM server_ref WHERE server_name = ?) AND txn_id = ?
      UNION ALL
      SELECT up_to FROM closed_transaction
      WHERE destination = (SELECT nid FROM server_ref WHERE server_name = ?) AND txn_id = ?
      """;

  /** Queues an EDU. */
  public static final String ADD_EDU =
      "INSERT INTO queued_edu (destination, json) VALUES (?, ?) RETURNING nid";

  /** Removes an EDU that a newer one replaces. */
  public static final String REPLACE_EDU =
      "DELETE FROM queued_edu WHERE destination = ? AND replaces = ? AND replaces <> ''";

  /** Queues an EDU that a newer one will replace. */
  public static final String ADD_REPLACEABLE =
      "INSERT INTO queued_edu (destination, replaces, json) VALUES (?, ?, ?) RETURNING nid";

  /** Queued EDUs. */
  public static final String EDUS =
      """
      SELECT nid, json FROM queued_edu
      WHERE destination = (SELECT nid FROM server_ref WHERE server_name = ?)
      ORDER BY nid
      LIMIT ?
      """;

  private DestinationQueries() {}
}
