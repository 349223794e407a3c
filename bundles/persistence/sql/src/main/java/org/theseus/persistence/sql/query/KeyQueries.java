package org.theseus.persistence.sql.query;

/** Published keys, and whose of them may be forgotten. */
public final class KeyQueries {
  /** The keys of a server. */
  public static final String FIND =
      """
      SELECT key_id, public_key, valid_until_ts, expired, fetched_ts FROM server_key
      WHERE server = (SELECT nid FROM server_ref WHERE server_name = ?)
      ORDER BY key_id
      """;

  /** Stores or replaces a key. */
  public static final String PUT =
      """
      INSERT INTO server_key (server, key_id, public_key, valid_until_ts, expired, fetched_ts)
      VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT (server, key_id) DO UPDATE
      SET public_key = excluded.public_key, valid_until_ts = excluded.valid_until_ts,
        expired = excluded.expired, fetched_ts = excluded.fetched_ts
      """;

  /** What a server published. */
  public static final String FIND_LIST =
      """
      SELECT json, valid_until_ts, fetched_ts, teller.server_name
      FROM server_key_list JOIN server_ref teller ON teller.nid = source
      WHERE server = (SELECT nid FROM server_ref WHERE server_name = ?)
      """;

  /** Stores or replaces what a server published. */
  public static final String PUT_LIST =
      """
      INSERT INTO server_key_list (server, json, valid_until_ts, fetched_ts, source)
      VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (server) DO UPDATE
      SET json = excluded.json, valid_until_ts = excluded.valid_until_ts,
        fetched_ts = excluded.fetched_ts, source = excluded.source
      """;

  /** Whose keys there are, behind a name. */
  public static final String SERVERS =
      """
      SELECT server_name FROM server_ref
      WHERE server_name > ? AND EXISTS (SELECT 1 FROM server_key WHERE server = server_ref.nid)
      ORDER BY server_name LIMIT ?
      """;

  /** Has the keys of a server stay. */
  public static final String KEEP =
      """
      INSERT INTO key_holder (server, kept, noted_ts) VALUES (?, 1, 0)
      ON CONFLICT (server) DO UPDATE SET kept = 1 WHERE kept = 0
      """;

  /** Notes when keys of a server were stored. */
  public static final String NOTE =
      """
      INSERT INTO key_holder (server, kept, noted_ts) VALUES (?, 0, ?)
      ON CONFLICT (server) DO UPDATE SET noted_ts = excluded.noted_ts
      WHERE kept = 0 AND noted_ts < excluded.noted_ts
      """;

  /** When the keys were stored of the newest stranger beyond so many. */
  public static final String STRANGERS_BEYOND =
      "SELECT noted_ts FROM key_holder WHERE kept = 0 ORDER BY noted_ts DESC LIMIT 1 OFFSET ?";

  /** The oldest strangers up to some time; who was sent events is none. */
  public static final String STRANGERS =
      """
      SELECT server, server_name FROM key_holder JOIN server_ref ON nid = server
      WHERE kept = 0 AND noted_ts <= ? AND NOT EXISTS (
        SELECT 1 FROM destination
        WHERE destination.server = key_holder.server AND last_meant > 0)
      ORDER BY noted_ts LIMIT ?
      """;

  /** Forgets the keys of a server. */
  public static final String FORGET = "DELETE FROM server_key WHERE server = ?";

  /** Forgets what a server published. */
  public static final String FORGET_LIST = "DELETE FROM server_key_list WHERE server = ?";

  /** Forgets when keys of a server were stored. */
  public static final String FORGET_HOLDER = "DELETE FROM key_holder WHERE server = ?";

  private KeyQueries() {}
}
