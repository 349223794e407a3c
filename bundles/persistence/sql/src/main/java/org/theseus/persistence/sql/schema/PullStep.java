package org.theseus.persistence.sql.schema;

import java.util.List;

/** How far others' transactions have reached us; who is still to be asked has an ask_after. */
final class PullStep {
  private PullStep() {}

  static List<String> definitions() {
    return List.of(
        """
        CREATE TABLE pull (
          server ${number} PRIMARY KEY REFERENCES server_ref,
          reached ${text} NOT NULL,
          not_before_ts ${number} NOT NULL,
          ask_after ${text}
        )
        """,
        "CREATE INDEX pull_pending ON pull (server) WHERE ask_after IS NOT NULL");
  }
}
