package org.theseus.persistence.sql.query;

/** The numbers that stand for ids. */
public final class ReferenceQueries {
  /** The number of an event id. */
  public static final String FIND_EVENT = "SELECT nid FROM event_ref WHERE event_id = ?";

  /** Numbers an event id. */
  public static final String ADD_EVENT =
      "INSERT INTO event_ref (event_id) VALUES (?) ON CONFLICT DO NOTHING RETURNING nid";

  /** The number of a room id. */
  public static final String FIND_ROOM = "SELECT nid FROM room_ref WHERE room_id = ?";

  /** Numbers a room id. */
  public static final String ADD_ROOM =
      "INSERT INTO room_ref (room_id) VALUES (?) ON CONFLICT DO NOTHING RETURNING nid";

  /** The number of a server name. */
  public static final String FIND_SERVER = "SELECT nid FROM server_ref WHERE server_name = ?";

  /** Numbers a server name. */
  public static final String ADD_SERVER =
      "INSERT INTO server_ref (server_name) VALUES (?) ON CONFLICT DO NOTHING RETURNING nid";

  /** The number of a slot. */
  public static final String FIND_SLOT = "SELECT nid FROM slot WHERE type = ? AND state_key = ?";

  /** Numbers a slot. */
  public static final String ADD_SLOT =
      "INSERT INTO slot (type, state_key) VALUES (?, ?) ON CONFLICT DO NOTHING RETURNING nid";

  /** The next number of an order without gaps. */
  public static final String COUNT_UP =
      "UPDATE counter SET value = value + 1 WHERE name = ? RETURNING value";

  /** The number an order has come to. */
  public static final String COUNT = "SELECT value FROM counter WHERE name = ?";

  private ReferenceQueries() {}
}
