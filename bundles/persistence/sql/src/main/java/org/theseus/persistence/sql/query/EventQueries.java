package org.theseus.persistence.sql.query;

/** Events and their order. Outcome 0 is accepted; an event without a position is an outlier. */
public final class EventQueries {
  private static final String SELECT =
      """
      SELECT e.nid, i.event_id, r.room_id, e.outcome, e.position, e.state_before, e.state_after,
        x.event_id AS redacts, y.event_id AS redacted_by, e.depth, e.origin_server_ts,
        e.type, e.state_key, e.sender, e.reason, e.json
      FROM event e
      JOIN event_ref i ON i.nid = e.nid
      JOIN room_ref r ON r.nid = e.room
      LEFT JOIN event_ref x ON x.nid = e.redacts
      LEFT JOIN event_ref y ON y.nid = e.redacted_by
      """;

  /** Events by id. */
  public static final String FIND =
      SELECT + "WHERE e.nid IN (SELECT nid FROM event_ref WHERE event_id IN (?))";

  /** What the given events, by number, point at. */
  public static final String EDGES =
      """
      SELECT g.event, g.kind, t.event_id
      FROM event_edge g
      JOIN event_ref t ON t.nid = g.target
      WHERE g.event IN (?)
      ORDER BY g.event, g.kind, g.ordinal
      """;

  /** Ids of those of the given events that stand in the graph. */
  public static final String IN_GRAPH =
      """
      SELECT i.event_id
      FROM event_ref i
      JOIN event e ON e.nid = i.nid
      WHERE e.position IS NOT NULL AND i.event_id IN (?)
      """;

  /** The position of an event. */
  public static final String POSITION = "SELECT position FROM event WHERE nid = ?";

  /** Stores an event. */
  public static final String ADD =
      """
      INSERT INTO event (nid, room, outcome, position, state_before, state_after, redacts,
        redacted_by, depth, origin_server_ts, type, state_key, sender, reason, json)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """;

  /** Stores what an event points at. */
  public static final String ADD_EDGE =
      "INSERT INTO event_edge (event, kind, ordinal, target) VALUES (?, ?, ?, ?)";

  /** Makes an outlier part of the graph. */
  public static final String PLACE =
      """
      UPDATE event SET outcome = ?, reason = ?, position = ?, state_before = ?, state_after = ?
      WHERE nid = ?
      """;

  /** Notes a redaction. */
  public static final String REDACT =
      """
      UPDATE event SET redacted_by = ?
      WHERE nid = (SELECT nid FROM event_ref WHERE event_id = ?)
      """;

  /** The accepted redactions of an event. */
  public static final String REDACTIONS_OF =
      SELECT
          + """
          WHERE e.redacts = (SELECT nid FROM event_ref WHERE event_id = ?)
            AND e.room = (SELECT nid FROM room_ref WHERE room_id = ?)
            AND e.outcome = 0 AND e.position IS NOT NULL
          ORDER BY e.position
          """;

  /** A room's accepted events before a position, newest first. */
  public static final String TIMELINE =
      SELECT
          + """
          WHERE e.room = (SELECT nid FROM room_ref WHERE room_id = ?)
            AND e.position IS NOT NULL AND e.outcome = 0 AND e.position < ?
          ORDER BY e.position DESC
          LIMIT ?
          """;

  /** A room's first accepted event of a time or later. */
  public static final String FIRST_FROM =
      SELECT
          + """
          WHERE e.room = (SELECT nid FROM room_ref WHERE room_id = ?)
            AND e.position IS NOT NULL AND e.outcome = 0 AND e.origin_server_ts >= ?
          ORDER BY e.origin_server_ts
          LIMIT 1
          """;

  /** A room's last accepted event of a time or earlier. */
  public static final String LAST_UP_TO =
      SELECT
          + """
          WHERE e.room = (SELECT nid FROM room_ref WHERE room_id = ?)
            AND e.position IS NOT NULL AND e.outcome = 0 AND e.origin_server_ts <= ?
          ORDER BY e.origin_server_ts DESC
          LIMIT 1
          """;

  /** All rooms' accepted events after a position. */
  public static final String LIVE =
      SELECT
          + """
          WHERE e.position > ? AND e.position > 0 AND e.outcome = 0
          ORDER BY e.position
          LIMIT ?
          """;

  private EventQueries() {}
}
