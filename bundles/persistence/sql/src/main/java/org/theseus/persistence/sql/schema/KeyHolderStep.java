package org.theseus.persistence.sql.schema;

import java.util.List;

/**
 * The sixth step: whose keys stay, and when those of strangers were stored. Of the keys there were
 * before nobody knows what they signed: they stay.
 */
final class KeyHolderStep {
  private KeyHolderStep() {}

  static List<String> definitions() {
    return List.of(
        """
        CREATE TABLE key_holder (
          server ${number} PRIMARY KEY REFERENCES server_ref,
          kept ${number} NOT NULL,
          noted_ts ${number} NOT NULL
        )
        """,
        "CREATE INDEX key_holder_stranger ON key_holder (noted_ts) WHERE kept = 0",
        """
        INSERT INTO key_holder (server, kept, noted_ts)
        SELECT DISTINCT server, 1, 0 FROM server_key
        """);
  }
}
