package org.theseus.protocol.rules;

/**
 * What a room version brought with it; all later versions have it too. Named after the version that
 * began it.
 */
enum Feature {
  /** An event's id is its hash, no member of it, and other events are named by plain ids (3). */
  HASHED_EVENT_IDS,
  /**
   * Redactions are events like others to the auth rules and take effect when they are handled (3).
   */
  REDACTIONS_HANDLED,
  /** Event ids are written in URL-safe Base64 (4). */
  URL_SAFE_EVENT_IDS,
  /** Keys verify only what was signed while they were valid (5). */
  KEY_VALIDITY,
  /** Events that are not canonical JSON are dropped (6). */
  CANONICAL_JSON,
  /** The auth rules know nothing of m.room.aliases (6). */
  ORDINARY_ALIASES,
  /** The auth rules guard the notifications of power levels (6). */
  NOTIFICATION_LEVELS,
  /** Users may knock (7). */
  KNOCKING,
  /** Joins may be restricted to members of other rooms (8). */
  RESTRICTED_JOINS,
  /** Rooms may both be restricted and take knocks (10). */
  KNOCK_RESTRICTED_JOINS,
  /** Power levels are integers, never strings (10). */
  INTEGER_POWER_LEVELS,
  /** The creator is the sender of the create event, not a member of its content (11). */
  CREATOR_IS_SENDER,
  /** A redaction names its target in its content (11). */
  REDACTS_IN_CONTENT,
  /** Identifiers over 255 bytes drop an event, as those over 255 code points always did (11). */
  IDENTIFIERS_IN_BYTES,
  /**
   * The room id is the create event's hash; the create event has none and is no auth event (12).
   */
  ROOM_ID_FROM_CREATE,
  /** Creators stand above all power levels (12). */
  PRIVILEGED_CREATORS
}
