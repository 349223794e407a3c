package org.theseus.persistence.sql.query;

/** The answers given, and the EDUs that were seen. */
public final class IntakeQueries {
  /** The answer to a transaction. */
  public static final String FIND_ANSWER =
      """
      SELECT body_hash, answer, answered_ts FROM answered_transaction
      WHERE origin = (SELECT nid FROM server_ref WHERE server_name = ?) AND txn_id = ?
      """;

  /** Notes an answer. */
  public static final String PUT_ANSWER =
      """
      INSERT INTO answered_transaction (origin, txn_id, answered_ts, body_hash, answer)
      VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (origin, txn_id) DO UPDATE
      SET answered_ts = excluded.answered_ts, body_hash = excluded.body_hash,
        answer = excluded.answer
      """;

  /** Removes the oldest answers given before a time. */
  public static final String FORGET_ANSWERS =
      """
      DELETE FROM answered_transaction WHERE (origin, txn_id) IN (
        SELECT origin, txn_id FROM answered_transaction
        WHERE answered_ts < ? ORDER BY answered_ts LIMIT ?)
      """;

  /** Notes an EDU behind the last of its origin, unless it is there. */
  public static final String ADD_SEEN =
      """
      INSERT INTO seen_edu (origin, ordinal, seen_ts, digest)
      VALUES (?, (SELECT COALESCE(MAX(ordinal), 0) + 1 FROM seen_edu WHERE origin = ?), ?, ?)
      ON CONFLICT (origin, digest) DO NOTHING
      """;

  /** Removes all of an origin but the newest. */
  public static final String TRIM_SEEN =
      """
      DELETE FROM seen_edu
      WHERE origin = ? AND ordinal <= (
        SELECT MAX(ordinal) FROM seen_edu WHERE origin = ?) - ?
      """;

  /** Removes the EDUs seen longest ago, before a time. */
  public static final String FORGET_SEEN =
      """
      DELETE FROM seen_edu WHERE (origin, ordinal) IN (
        SELECT origin, ordinal FROM seen_edu WHERE seen_ts < ? ORDER BY seen_ts LIMIT ?)
      """;

  private IntakeQueries() {}
}
