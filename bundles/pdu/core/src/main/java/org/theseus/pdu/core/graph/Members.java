package org.theseus.pdu.core.graph;

import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.UserId;

/** Reads membership events. */
public final class Members {
  private Members() {}

  /**
   * Tells whether an event is about a user's membership.
   *
   * @param event the event
   * @return true if its state key names a user
   */
  public static boolean isMember(Event event) {
    return event.type().equals("m.room.member")
        && event.stateKey().flatMap(UserId::parse).isPresent();
  }

  /**
   * Tells whose membership it is.
   *
   * @param member a membership event that the rules have allowed
   * @return the user
   */
  public static UserId subject(Event member) {
    return UserId.of(member.stateKey().orElseThrow());
  }

  /**
   * Tells the membership.
   *
   * @param member a membership event
   * @return {@code join} and so on, or ""
   */
  public static String membership(Event member) {
    return member.content().string("membership").orElse("");
  }
}
