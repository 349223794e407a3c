package org.theseus.persistence.sql.query;

/** States and the chains they are stored in. */
public final class StateQueries {
  /** A state's place in its chain. */
  public static final String FIND =
      "SELECT anchor, links, anchors, changes, whole_size FROM state WHERE nid = ?";

  /** Adds a state. */
  public static final String ADD =
      """
      INSERT INTO state (base, anchor, links, anchors, changes, whole_size)
      VALUES (?, ?, ?, ?, ?, ?)
      RETURNING nid
      """;

  /** Adds a slot to a state. */
  public static final String ADD_SLOT =
      "INSERT INTO state_slot (state, slot, event) VALUES (?, ?, ?)";

  /** A state and all it builds on, from the whole one up to the state. */
  public static final String CHAIN =
      """
      WITH RECURSIVE chain (nid, base, hops) AS (
        SELECT nid, base, 0 FROM state WHERE nid = ?
        UNION ALL
        SELECT s.nid, s.base, c.hops + 1 FROM chain c JOIN state s ON s.nid = c.base
      )
      SELECT nid FROM chain ORDER BY hops DESC
      """;

  /** What one state of a chain sets or empties, in numbers. */
  public static final String SLOTS = "SELECT slot, event FROM state_slot WHERE state = ?";

  /** What one state of a chain sets or empties, in words. */
  public static final String WORDS =
      """
      SELECT l.type, l.state_key, i.event_id
      FROM state_slot s
      JOIN slot l ON l.nid = s.slot
      LEFT JOIN event_ref i ON i.nid = s.event
      WHERE s.state = ?
      """;

  private StateQueries() {}
}
