package org.theseus.pdu.api;

import java.util.Objects;
import java.util.Optional;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.UserId;

/**
 * What a user wants to say, before it has its place in the graph.
 *
 * @param sender who says it
 * @param type the event type
 * @param stateKey the state key, present if and only if it is a state event
 * @param content the content
 * @param redacts the event to redact, for {@code m.room.redaction}; put where the room's version
 *     wants it
 */
public record Draft(
    UserId sender,
    String type,
    Optional<String> stateKey,
    JsonObject content,
    Optional<EventId> redacts) {
  /** Checks that all parts are there. */
  public Draft {
    Objects.requireNonNull(sender);
    Objects.requireNonNull(type);
    Objects.requireNonNull(stateKey);
    Objects.requireNonNull(content);
    Objects.requireNonNull(redacts);
  }

  /**
   * Drafts an event that is no state.
   *
   * @param sender who says it
   * @param type the event type
   * @param content the content
   * @return the draft
   */
  public static Draft message(UserId sender, String type, JsonObject content) {
    return new Draft(sender, type, Optional.empty(), content, Optional.empty());
  }

  /**
   * Drafts a state event.
   *
   * @param sender who says it
   * @param type the event type
   * @param stateKey the state key
   * @param content the content
   * @return the draft
   */
  public static Draft state(UserId sender, String type, String stateKey, JsonObject content) {
    return new Draft(sender, type, Optional.of(stateKey), content, Optional.empty());
  }

  /**
   * Drafts a change of a membership.
   *
   * @param sender who says it
   * @param target whose membership
   * @param membership {@code join}, {@code invite}, {@code leave}, {@code ban} or {@code knock}
   * @return the draft
   */
  public static Draft member(UserId sender, UserId target, String membership) {
    return state(
        sender,
        "m.room.member",
        target.value(),
        JsonObject.builder().put("membership", membership).build());
  }
}
