package org.theseus.persistence.sql.schema;

import java.util.List;

/** The second step: what servers publish as their keys, whole, for those who ask us about them. */
final class KeyListStep {
  private KeyListStep() {}

  static List<String> definitions() {
    return List.of(
        """
        CREATE TABLE server_key_list (
          server ${number} PRIMARY KEY REFERENCES server_ref,
          source ${number} NOT NULL REFERENCES server_ref,
          valid_until_ts ${number} NOT NULL,
          fetched_ts ${number} NOT NULL,
          json ${bytes} NOT NULL
        )
        """);
  }
}
