package org.theseus.persistence.sql.query;

/** Rooms, their extremities, joins under way, aliases and memberships. */
public final class RoomQueries {
  private static final String SELECT =
      """
      SELECT r.room_id, o.version, o.participation, o.current_state
      FROM room o
      JOIN room_ref r ON r.nid = o.nid
      """;

  /** A room. */
  public static final String FIND =
      SELECT + "WHERE o.nid = (SELECT nid FROM room_ref WHERE room_id = ?)";

  /** All rooms. */
  public static final String ALL = SELECT + "ORDER BY r.room_id";

  /** Stores or changes a room. */
  public static final String PUT =
      """
      INSERT INTO room (nid, version, participation, current_state) VALUES (?, ?, ?, ?)
      ON CONFLICT (nid) DO UPDATE
      SET version = excluded.version, participation = excluded.participation,
        current_state = excluded.current_state
      """;

  /** Extremities of a kind. */
  public static final String EXTREMITIES =
      """
      SELECT i.event_id
      FROM room_extremity x
      JOIN event_ref i ON i.nid = x.event
      WHERE x.room = (SELECT nid FROM room_ref WHERE room_id = ?) AND x.kind = ?
      """;

  /** Removes the extremities of a kind. */
  public static final String CLEAR_EXTREMITIES =
      "DELETE FROM room_extremity WHERE room = ? AND kind = ?";

  /** Adds an extremity. */
  public static final String ADD_EXTREMITY =
      "INSERT INTO room_extremity (room, kind, event) VALUES (?, ?, ?)";

  /** Stores or changes a join. */
  public static final String PUT_JOIN =
      """
      INSERT INTO pending_join (room, user_id, version, event, servers, json)
      VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT (room, user_id) DO UPDATE
      SET version = excluded.version, event = excluded.event, servers = excluded.servers,
        json = excluded.json
      """;

  /** All joins. */
  public static final String ALL_JOINS =
      """
      SELECT r.room_id, p.user_id, p.version, i.event_id, p.servers, p.json
      FROM pending_join p
      JOIN room_ref r ON r.nid = p.room
      JOIN event_ref i ON i.nid = p.event
      """;

  /** Removes a join. */
  public static final String REMOVE_JOIN =
      """
      DELETE FROM pending_join
      WHERE room = (SELECT nid FROM room_ref WHERE room_id = ?) AND user_id = ?
      """;

  /** Adds an alias. */
  public static final String ADD_ALIAS =
      "INSERT INTO alias (alias, room) VALUES (?, ?) ON CONFLICT (alias) DO NOTHING";

  /** The room of an alias. */
  public static final String FIND_ALIAS =
      "SELECT r.room_id FROM alias a JOIN room_ref r ON r.nid = a.room WHERE a.alias = ?";

  /** The aliases of a room. */
  public static final String ALIASES_OF =
      """
      SELECT alias FROM alias
      WHERE room = (SELECT nid FROM room_ref WHERE room_id = ?)
      ORDER BY alias
      """;

  /** Removes an alias. */
  public static final String REMOVE_ALIAS = "DELETE FROM alias WHERE alias = ?";

  /** Stores or changes a membership. */
  public static final String PUT_MEMBERSHIP =
      """
      INSERT INTO membership (user_id, room, membership, event) VALUES (?, ?, ?, ?)
      ON CONFLICT (user_id, room) DO UPDATE
      SET membership = excluded.membership, event = excluded.event
      """;

  private static final String SELECT_MEMBERSHIP =
      """
      SELECT m.user_id, m.membership, i.event_id
      FROM membership m
      JOIN event_ref i ON i.nid = m.event
      WHERE m.room = (SELECT nid FROM room_ref WHERE room_id = ?)
      """;

  /** A user's membership in a room. */
  public static final String FIND_MEMBERSHIP = SELECT_MEMBERSHIP + "AND m.user_id = ?";

  /** The memberships in a room. */
  public static final String MEMBERSHIPS_OF = SELECT_MEMBERSHIP + "ORDER BY m.user_id";

  /** A user's memberships. */
  public static final String MEMBERSHIPS_OF_USER =
      """
      SELECT r.room_id, m.membership, i.event_id
      FROM membership m
      JOIN room_ref r ON r.nid = m.room
      JOIN event_ref i ON i.nid = m.event
      WHERE m.user_id = ?
      """;

  private RoomQueries() {}
}
