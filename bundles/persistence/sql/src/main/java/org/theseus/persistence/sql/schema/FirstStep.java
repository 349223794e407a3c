package org.theseus.persistence.sql.schema;

import java.util.List;
import java.util.stream.Stream;

/**
 * The tables of version 1. Ids of the protocol are text in the {@code *_ref} tables only and
 * numbers ({@code nid}) everywhere else, which keeps rows and indexes small.
 */
final class FirstStep {
  /** Rows are never removed: a number once given stays true. */
  private static final List<String> REFERENCES =
      List.of(
          """
          CREATE TABLE event_ref (
            nid ${identity},
            event_id ${text} NOT NULL UNIQUE
          )
          """,
          """
          CREATE TABLE room_ref (
            nid ${identity},
            room_id ${text} NOT NULL UNIQUE
          )
          """,
          """
          CREATE TABLE server_ref (
            nid ${identity},
            server_name ${text} NOT NULL UNIQUE
          )
          """,
          // The state key leads: most slots are of one type, m.room.member.
          """
          CREATE TABLE slot (
            nid ${identity},
            type ${text} NOT NULL,
            state_key ${text} NOT NULL,
            UNIQUE (state_key, type)
          )
          """);

  /** A state is a whole one (no base), or changes to its base; see JdbcStateStore. */
  private static final List<String> STATES =
      List.of(
          """
          CREATE TABLE state (
            nid ${identity},
            base ${number} REFERENCES state,
            anchor ${number} REFERENCES state,
            links ${number} NOT NULL,
            anchors ${number} NOT NULL,
            changes ${number} NOT NULL,
            whole_size ${number} NOT NULL
          )
          """,
          // No event: the slot is emptied.
          """
          CREATE TABLE state_slot (
            state ${number} NOT NULL REFERENCES state,
            slot ${number} NOT NULL REFERENCES slot,
            event ${number} REFERENCES event_ref,
            PRIMARY KEY (state, slot)
          ) ${clustered}
          """);

  /** The JSON comes last, so that everything else is read without it. */
  private static final List<String> EVENTS =
      List.of(
          """
          CREATE TABLE event (
            nid ${number} PRIMARY KEY REFERENCES event_ref,
            room ${number} NOT NULL REFERENCES room_ref,
            outcome ${number} NOT NULL,
            position ${number},
            state_before ${number} REFERENCES state,
            state_after ${number} REFERENCES state,
            redacts ${number} REFERENCES event_ref,
            redacted_by ${number} REFERENCES event_ref,
            depth ${number} NOT NULL,
            origin_server_ts ${number} NOT NULL,
            type ${text} NOT NULL,
            state_key ${text},
            sender ${text} NOT NULL,
            reason ${text} NOT NULL,
            json ${bytes} NOT NULL
          )
          """,
          "CREATE UNIQUE INDEX event_position ON event (position) WHERE position IS NOT NULL",
          """
          CREATE INDEX event_timeline ON event (room, position)
          WHERE position IS NOT NULL AND outcome = 0
          """,
          "CREATE INDEX event_redacts ON event (redacts) WHERE redacts IS NOT NULL",
          // Read from the event outwards only; whoever walks back adds an index in a step of its
          // own.
          """
          CREATE TABLE event_edge (
            event ${number} NOT NULL REFERENCES event,
            kind ${number} NOT NULL,
            ordinal ${number} NOT NULL,
            target ${number} NOT NULL REFERENCES event_ref,
            PRIMARY KEY (event, kind, ordinal)
          ) ${clustered}
          """);

  private static final List<String> ROOMS =
      List.of(
          """
          CREATE TABLE room (
            nid ${number} PRIMARY KEY REFERENCES room_ref,
            version ${text} NOT NULL,
            participation ${text} NOT NULL,
            current_state ${number} REFERENCES state
          )
          """,
          """
          CREATE TABLE room_extremity (
            room ${number} NOT NULL REFERENCES room_ref,
            kind ${number} NOT NULL,
            event ${number} NOT NULL REFERENCES event_ref,
            PRIMARY KEY (room, kind, event)
          ) ${clustered}
          """,
          """
          CREATE TABLE pending_join (
            room ${number} NOT NULL REFERENCES room_ref,
            user_id ${text} NOT NULL,
            version ${text} NOT NULL,
            event ${number} NOT NULL REFERENCES event_ref,
            servers ${text} NOT NULL,
            json ${bytes} NOT NULL,
            PRIMARY KEY (room, user_id)
          )
          """,
          """
          CREATE TABLE alias (
            alias ${text} PRIMARY KEY,
            room ${number} NOT NULL REFERENCES room_ref
          )
          """,
          "CREATE INDEX alias_room ON alias (room, alias)",
          """
          CREATE TABLE membership (
            user_id ${text} NOT NULL,
            room ${number} NOT NULL REFERENCES room_ref,
            membership ${text} NOT NULL,
            event ${number} NOT NULL REFERENCES event_ref,
            PRIMARY KEY (user_id, room)
          )
          """,
          "CREATE INDEX membership_room ON membership (room, user_id)");

  private static final List<String> INTAKE =
      List.of(
          """
          CREATE TABLE journal_pdu (
            nid ${identity},
            room ${number} NOT NULL REFERENCES room_ref,
            event ${number} NOT NULL REFERENCES event_ref,
            origin ${number} NOT NULL REFERENCES server_ref,
            verified ${number} NOT NULL,
            received_ts ${number} NOT NULL,
            attempts ${number} NOT NULL,
            next_attempt_ts ${number} NOT NULL,
            quarantined ${number} NOT NULL,
            problem ${text} NOT NULL,
            json ${bytes} NOT NULL,
            UNIQUE (room, event)
          )
          """,
          // Walked in order of receipt, skipping what is not due without touching its row.
          """
          CREATE INDEX journal_order ON journal_pdu (room, nid, next_attempt_ts)
          WHERE quarantined = 0
          """,
          """
          CREATE INDEX journal_due ON journal_pdu (room, next_attempt_ts)
          WHERE quarantined = 0
          """,
          "CREATE INDEX journal_unverified ON journal_pdu (origin) WHERE verified = 0",
          "CREATE INDEX journal_quarantine ON journal_pdu (nid) WHERE quarantined = 1",
          """
          CREATE TABLE journal_edu (
            nid ${identity},
            origin ${number} NOT NULL REFERENCES server_ref,
            type ${text} NOT NULL,
            content ${bytes} NOT NULL
          )
          """,
          """
          CREATE TABLE answered_transaction (
            origin ${number} NOT NULL REFERENCES server_ref,
            txn_id ${text} NOT NULL,
            answered_ts ${number} NOT NULL,
            body_hash ${bytes} NOT NULL,
            answer ${bytes} NOT NULL,
            PRIMARY KEY (origin, txn_id)
          )
          """);

  private static final List<String> OUTBOX =
      List.of(
          """
          CREATE TABLE recipient_set (
            nid ${identity},
            digest ${bytes} NOT NULL UNIQUE
          )
          """,
          """
          CREATE TABLE recipient (
            recipient_set ${number} NOT NULL REFERENCES recipient_set,
            server ${number} NOT NULL REFERENCES server_ref,
            PRIMARY KEY (recipient_set, server)
          ) ${clustered}
          """,
          """
          CREATE TABLE log (
            position ${number} PRIMARY KEY,
            room ${number} NOT NULL REFERENCES room_ref,
            event ${number} NOT NULL UNIQUE REFERENCES event,
            recipient_set ${number} NOT NULL REFERENCES recipient_set
          )
          """,
          "CREATE INDEX log_room ON log (room, position, recipient_set)",
          """
          CREATE TABLE destination (
            server ${number} PRIMARY KEY REFERENCES server_ref,
            cursor ${number} NOT NULL,
            last_meant ${number} NOT NULL,
            failures ${number} NOT NULL,
            failing_since_ts ${number} NOT NULL,
            next_attempt_ts ${number} NOT NULL,
            last_success_ts ${number} NOT NULL,
            problem ${text} NOT NULL
          )
          """,
          // Written for every recipient of every event: no second index. Reading walks a
          // destination's rooms.
          """
          CREATE TABLE destination_room (
            destination ${number} NOT NULL REFERENCES destination,
            room ${number} NOT NULL REFERENCES room_ref,
            last_position ${number} NOT NULL,
            PRIMARY KEY (destination, room)
          ) ${clustered}
          """,
          """
          CREATE TABLE open_transaction (
            destination ${number} PRIMARY KEY REFERENCES destination,
            txn_id ${text} NOT NULL,
            origin_server_ts ${number} NOT NULL,
            up_to ${number} NOT NULL,
            up_to_edu ${number} NOT NULL,
            sha256 ${bytes} NOT NULL,
            edus ${bytes} NOT NULL
          )
          """,
          """
          CREATE TABLE open_transaction_pdu (
            destination ${number} NOT NULL REFERENCES open_transaction,
            ordinal ${number} NOT NULL,
            event ${number} NOT NULL REFERENCES event_ref,
            PRIMARY KEY (destination, ordinal)
          ) ${clustered}
          """,
          """
          CREATE TABLE closed_transaction (
            nid ${identity},
            destination ${number} NOT NULL REFERENCES destination,
            txn_id ${text} NOT NULL,
            up_to ${number} NOT NULL
          )
          """,
          "CREATE UNIQUE INDEX closed_transaction_id ON closed_transaction (destination, txn_id)",
          "CREATE INDEX closed_transaction_age ON closed_transaction (destination, nid)",
          """
          CREATE TABLE queued_edu (
            nid ${identity},
            destination ${number} NOT NULL REFERENCES destination,
            json ${bytes} NOT NULL
          )
          """,
          "CREATE INDEX queued_edu_order ON queued_edu (destination, nid)");

  private static final List<String> SMALL_THINGS =
      List.of(
          """
          CREATE TABLE server_key (
            server ${number} NOT NULL REFERENCES server_ref,
            key_id ${text} NOT NULL,
            public_key ${bytes} NOT NULL,
            valid_until_ts ${number} NOT NULL,
            expired ${number} NOT NULL,
            fetched_ts ${number} NOT NULL,
            PRIMARY KEY (server, key_id)
          )
          """,
          """
          CREATE TABLE setting (
            name ${text} PRIMARY KEY,
            value ${text} NOT NULL
          )
          """,
          // Orders without gaps, which no database's own sequences promise.
          """
          CREATE TABLE counter (
            name ${text} PRIMARY KEY,
            value ${number} NOT NULL
          )
          """,
          "INSERT INTO counter (name, value) VALUES ('live', 0), ('history', 0), ('log', 0)");

  private FirstStep() {}

  static List<String> definitions() {
    return Stream.of(REFERENCES, STATES, EVENTS, ROOMS, INTAKE, OUTBOX, SMALL_THINGS)
        .flatMap(List::stream)
        .toList();
  }
}
