package org.theseus.messaging.core;

import org.theseus.protocol.api.Event;

/** Reads member events. */
final class Members {
  static final String TYPE = "m.room.member";

  private Members() {}

  static String membership(Event member) {
    return member.content().string("membership").orElse("");
  }

  static boolean isJoin(Event member) {
    return membership(member).equals("join");
  }

  static boolean isInvite(Event member) {
    return membership(member).equals("invite");
  }
}
