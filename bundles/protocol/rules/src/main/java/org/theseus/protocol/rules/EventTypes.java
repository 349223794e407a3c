package org.theseus.protocol.rules;

/** The event types the auth rules tell apart. */
final class EventTypes {
  static final String ALIASES = "m.room.aliases";
  static final String CREATE = "m.room.create";
  static final String JOIN_RULES = "m.room.join_rules";
  static final String MEMBER = "m.room.member";
  static final String POWER_LEVELS = "m.room.power_levels";
  static final String REDACTION = "m.room.redaction";
  static final String THIRD_PARTY_INVITE = "m.room.third_party_invite";

  private EventTypes() {}
}
