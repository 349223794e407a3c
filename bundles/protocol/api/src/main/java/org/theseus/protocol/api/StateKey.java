package org.theseus.protocol.api;

import java.util.Objects;

/**
 * A slot of a room's state: an event type and a state key.
 *
 * @param type the event type, such as {@code m.room.member}
 * @param key the state key, often empty
 * @see <a href="https://spec.matrix.org/v1.19/client-server-api/#types-of-room-events">Types of
 *     room events</a>
 */
public record StateKey(String type, String key) implements Comparable<StateKey> {
  /** The slot of the create event. */
  public static final StateKey CREATE = new StateKey("m.room.create", "");

  /** The slot of the power levels. */
  public static final StateKey POWER_LEVELS = new StateKey("m.room.power_levels", "");

  /** The slot of the join rules. */
  public static final StateKey JOIN_RULES = new StateKey("m.room.join_rules", "");

  /** The slot of the server access list. */
  public static final StateKey SERVER_ACL = new StateKey("m.room.server_acl", "");

  /** The slot of the history visibility. */
  public static final StateKey HISTORY_VISIBILITY = new StateKey("m.room.history_visibility", "");

  /** Checks that both parts are there. */
  public StateKey {
    Objects.requireNonNull(type);
    Objects.requireNonNull(key);
  }

  /**
   * Names the slot of a user's membership.
   *
   * @param user whose membership
   * @return the slot
   */
  public static StateKey member(UserId user) {
    return new StateKey("m.room.member", user.value());
  }

  /** Compares type and key by code points. */
  @Override
  public int compareTo(StateKey other) {
    int byType = CodePoints.compare(type, other.type);
    return byType != 0 ? byType : CodePoints.compare(key, other.key);
  }
}
