package org.theseus.persistence.sql.schema;

import java.util.List;

/**
 * Answers can be forgotten by age, durable EDUs that came before are known, and those that cannot
 * be handled are set aside.
 */
final class IntakeStep {
  private IntakeStep() {}

  static List<String> definitions() {
    return List.of(
        "CREATE INDEX answered_age ON answered_transaction (answered_ts, origin, txn_id)",
        // Numbered per origin, so that the oldest of one can go without counting them.
        """
        CREATE TABLE seen_edu (
          origin ${number} NOT NULL REFERENCES server_ref,
          ordinal ${number} NOT NULL,
          seen_ts ${number} NOT NULL,
          digest ${bytes} NOT NULL,
          PRIMARY KEY (origin, ordinal)
        ) ${clustered}
        """,
        "CREATE UNIQUE INDEX seen_edu_digest ON seen_edu (origin, digest)",
        "CREATE INDEX seen_edu_age ON seen_edu (seen_ts, origin, ordinal)",
        "ALTER TABLE journal_edu ADD COLUMN attempts ${number} NOT NULL DEFAULT 0",
        "ALTER TABLE journal_edu ADD COLUMN problem ${text} NOT NULL DEFAULT ''",
        "ALTER TABLE journal_edu ADD COLUMN quarantined ${number} NOT NULL DEFAULT 0",
        // Walked in order of receipt, skipping types nobody handles without touching their rows.
        """
        CREATE INDEX journal_edu_order ON journal_edu (origin, nid, type) WHERE quarantined = 0
        """,
        "CREATE INDEX journal_edu_quarantine ON journal_edu (nid) WHERE quarantined = 1");
  }
}
