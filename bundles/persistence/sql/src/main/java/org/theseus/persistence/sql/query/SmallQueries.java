package org.theseus.persistence.sql.query;

/** Published keys, and facts with a name. */
public final class SmallQueries {
  /** The keys of a server. */
  public static final String FIND_KEYS =
      """
      SELECT key_id, public_key, valid_until_ts, expired, fetched_ts FROM server_key
      WHERE server = (SELECT nid FROM server_ref WHERE server_name = ?)
      ORDER BY key_id
      """;

  /** Stores or replaces a key. */
  public static final String PUT_KEY =
      """
      INSERT INTO server_key (server, key_id, public_key, valid_until_ts, expired, fetched_ts)
      VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT (server, key_id) DO UPDATE
      SET public_key = excluded.public_key, valid_until_ts = excluded.valid_until_ts,
        expired = excluded.expired, fetched_ts = excluded.fetched_ts
      """;

  /** What a server published. */
  public static final String FIND_KEY_LIST =
      """
      SELECT json, valid_until_ts, fetched_ts, teller.server_name
      FROM server_key_list JOIN server_ref teller ON teller.nid = source
      WHERE server = (SELECT nid FROM server_ref WHERE server_name = ?)
      """;

  /** Stores or replaces what a server published. */
  public static final String PUT_KEY_LIST =
      """
      INSERT INTO server_key_list (server, json, valid_until_ts, fetched_ts, source)
      VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (server) DO UPDATE
      SET json = excluded.json, valid_until_ts = excluded.valid_until_ts,
        fetched_ts = excluded.fetched_ts, source = excluded.source
      """;

  /** Whose keys there are, behind a name. */
  public static final String KEY_SERVERS =
      """
      SELECT server_name FROM server_ref
      WHERE server_name > ? AND EXISTS (SELECT 1 FROM server_key WHERE server = server_ref.nid)
      ORDER BY server_name LIMIT ?
      """;

  /** A fact. */
  public static final String FIND_SETTING = "SELECT value FROM setting WHERE name = ?";

  /** Notes a fact. */
  public static final String PUT_SETTING =
      """
      INSERT INTO setting (name, value) VALUES (?, ?)
      ON CONFLICT (name) DO UPDATE SET value = excluded.value
      """;

  private SmallQueries() {}
}
