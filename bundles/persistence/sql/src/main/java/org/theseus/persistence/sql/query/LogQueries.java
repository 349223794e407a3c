package org.theseus.persistence.sql.query;

/** The log of events to be sent, and whom each is for. */
public final class LogQueries {
  /** The set of recipients with a digest. */
  public static final String FIND_SET = "SELECT nid FROM recipient_set WHERE digest = ?";

  /** Adds a set of recipients. */
  public static final String ADD_SET =
      "INSERT INTO recipient_set (digest) VALUES (?) ON CONFLICT DO NOTHING RETURNING nid";

  /** Adds a member to a set. */
  public static final String ADD_RECIPIENT =
      "INSERT INTO recipient (recipient_set, server) VALUES (?, ?)";

  /** Where an event, by number, is logged. */
  public static final String POSITION = "SELECT position FROM log WHERE event = ?";

  /** Logs an event. */
  public static final String ADD =
      "INSERT INTO log (position, room, event, recipient_set) VALUES (?, ?, ?, ?)";

  /**
   * Tells all recipients of a set. Whoever was owed nothing starts just before the event, so that a
   * cursor is never far behind what it has to read.
   */
  public static final String MEANT_FOR =
      """
      INSERT INTO destination (server, cursor, last_meant, failures, failing_since_ts,
        next_attempt_ts, last_success_ts, problem)
      SELECT server, ?, ?, 0, 0, 0, 0, '' FROM recipient WHERE recipient_set = ?
      ON CONFLICT (server) DO UPDATE
      SET cursor = CASE WHEN destination.last_meant <= destination.cursor
          THEN excluded.cursor ELSE destination.cursor END,
        last_meant = excluded.last_meant
      """;

  /** Notes the last position of a room that is meant for the recipients of a set. */
  public static final String MEANT_IN_ROOM =
      """
      INSERT INTO destination_room (destination, room, last_position)
      SELECT server, ?, ? FROM recipient WHERE recipient_set = ?
      ON CONFLICT (destination, room) DO UPDATE SET last_position = excluded.last_position
      """;

  /** The rooms in which something after a position is meant for a server. */
  public static final String ROOMS_AFTER =
      """
      SELECT room FROM destination_room
      WHERE destination = (SELECT nid FROM server_ref WHERE server_name = ?) AND last_position > ?
      """;

  private static final String IS_RECIPIENT =
      """
      EXISTS (SELECT 1 FROM recipient p
        WHERE p.recipient_set = l.recipient_set
          AND p.server = (SELECT nid FROM server_ref WHERE server_name = ?))
      """;

  /** Positions in a room, between two, that are meant for a server. */
  public static final String POSITIONS =
      "SELECT l.position FROM log l WHERE l.room = ? AND l.position > ? AND l.position < ? AND "
          + IS_RECIPIENT
          + "ORDER BY l.position LIMIT ?";

  /** How many events after a position, given twice, are meant for a server, given twice. */
  public static final String MEANT_AFTER =
      """
      SELECT COUNT(*)
      FROM destination_room o
      JOIN log l ON l.room = o.room AND l.position > ?
      WHERE o.last_position > ?
        AND o.destination = (SELECT nid FROM server_ref WHERE server_name = ?) AND
      """
          + IS_RECIPIENT;

  /**
   * Of a room's events after a position that are meant for a server the newest that none of the
   * others, given as their ancestors, descends from. The walk back ends at a place in the timeline.
   */
  public static final String HEADS =
      """
      WITH RECURSIVE meant (position, event) AS (
        SELECT l.position, l.event FROM log l WHERE l.room = ? AND l.position > ? AND
      """
          + IS_RECIPIENT
          + """
          ), past (event) AS (
            SELECT g.target FROM meant m JOIN event_edge g ON g.event = m.event AND g.kind = 0
            UNION
            SELECT g.target
            FROM past p
            JOIN event e ON e.nid = p.event AND e.position >= ?
            JOIN event_edge g ON g.event = e.nid AND g.kind = 0
          )
          SELECT position FROM meant
          WHERE event NOT IN (SELECT event FROM past)
          ORDER BY position DESC
          LIMIT ?
          """;

  /** Where in the timeline the first event after a position of the log is. */
  public static final String PLACE =
      """
      SELECT e.position FROM log l JOIN event e ON e.nid = l.event
      WHERE l.room = ? AND l.position > ? ORDER BY l.position LIMIT 1
      """;

  private static final String SELECT =
      """
      SELECT l.position, r.room_id, i.event_id, e.json
      FROM log l
      JOIN event e ON e.nid = l.event
      JOIN room_ref r ON r.nid = l.room
      JOIN event_ref i ON i.nid = l.event
      """;

  /** Logged events by position. */
  public static final String AT = SELECT + "WHERE l.position IN (?)";

  /** Logged events that a choice holds for a server, room by room. */
  public static final String CHOSEN =
      """
      SELECT l.position, r.room_id, i.event_id, e.json
      FROM catch_up c
      JOIN log l ON l.position = c.position
      JOIN event e ON e.nid = l.event
      JOIN room_ref r ON r.nid = l.room
      JOIN event_ref i ON i.nid = l.event
      WHERE c.destination = (SELECT nid FROM server_ref WHERE server_name = ?)
      ORDER BY c.room, c.position
      LIMIT ?
      """;

  /** Adds to a choice. */
  public static final String CHOOSE =
      "INSERT INTO catch_up (destination, room, position) VALUES (?, ?, ?)";

  /** Removes what an earlier choice left. */
  public static final String UNCHOOSE = "DELETE FROM catch_up WHERE destination = ?";

  /** How many events a choice still holds for a server. */
  public static final String CHOSEN_COUNT =
      """
      SELECT COUNT(*) FROM catch_up
      WHERE destination = (SELECT nid FROM server_ref WHERE server_name = ?)
      """;

  /** Logged events by id. */
  public static final String LOGGED =
      SELECT + "WHERE l.event IN (SELECT nid FROM event_ref WHERE event_id IN (?))";

  private LogQueries() {}
}
