package org.theseus.persistence.sql.schema;

import java.util.List;

/** What is left out of a long backlog, what is refused, what became of transactions. */
final class OutboxStep {
  private OutboxStep() {}

  static List<String> definitions() {
    return List.of(
        "ALTER TABLE destination ADD COLUMN refused_since_ts ${number} NOT NULL DEFAULT 0",
        "ALTER TABLE destination ADD COLUMN portion ${number} NOT NULL DEFAULT 0",
        "ALTER TABLE destination ADD COLUMN portion_up_to ${number} NOT NULL DEFAULT 0",
        "ALTER TABLE destination ADD COLUMN portion_up_to_edu ${number} NOT NULL DEFAULT 0",
        "ALTER TABLE destination ADD COLUMN catching_up_to ${number} NOT NULL DEFAULT 0",
        "ALTER TABLE destination ADD COLUMN left_to_peer ${number} NOT NULL DEFAULT 0",
        "ALTER TABLE closed_transaction ADD COLUMN closed_ts ${number} NOT NULL DEFAULT 0",
        "ALTER TABLE closed_transaction ADD COLUMN pdus ${number} NOT NULL DEFAULT 0",
        "ALTER TABLE closed_transaction ADD COLUMN outcome ${number} NOT NULL DEFAULT 0",
        "ALTER TABLE queued_edu ADD COLUMN replaces ${text} NOT NULL DEFAULT ''",
        """
        CREATE INDEX queued_edu_replaces ON queued_edu (destination, replaces)
        WHERE replaces <> ''
        """,
        // Room by room: what is still to be sent of a backlog that is not sent whole.
        """
        CREATE TABLE catch_up (
          destination ${number} NOT NULL REFERENCES destination,
          room ${number} NOT NULL REFERENCES room_ref,
          position ${number} NOT NULL REFERENCES log,
          PRIMARY KEY (destination, room, position)
        ) ${clustered}
        """);
  }
}
