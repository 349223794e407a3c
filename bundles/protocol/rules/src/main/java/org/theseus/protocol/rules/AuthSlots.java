package org.theseus.protocol.rules;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.StateKey;
import org.theseus.protocol.api.UserId;

/**
 * Which events belong into the auth_events of an event.
 *
 * @see <a href="https://spec.matrix.org/v1.19/server-server-api/#auth-events-selection">Auth events
 *     selection</a>
 */
final class AuthSlots {
  private AuthSlots() {}

  static Set<StateKey> of(
      VersionRules rules,
      String type,
      Optional<String> stateKey,
      UserId sender,
      JsonObject content) {
    Set<StateKey> slots = new LinkedHashSet<>();
    // The auth_events for the m.room.create event in a room is empty; for other events, it should
    // be:
    if (type.equals(EventTypes.CREATE)) {
      return slots;
    }
    // Depending on the room version, the m.room.create event.
    if (!rules.has(Feature.ROOM_ID_FROM_CREATE)) {
      slots.add(StateKey.CREATE);
    }
    // The current m.room.power_levels event.
    slots.add(StateKey.POWER_LEVELS);
    // The sender's current m.room.member event.
    slots.add(StateKey.member(sender));
    // If type is m.room.member:
    if (type.equals(EventTypes.MEMBER)) {
      // The target's current m.room.member event.
      stateKey.ifPresent(target -> slots.add(new StateKey(EventTypes.MEMBER, target)));
      addForMembership(rules, slots, content);
    }
    return slots;
  }

  private static void addForMembership(
      VersionRules rules, Set<StateKey> slots, JsonObject content) {
    String membership = content.string("membership").orElse("");
    // If membership is join, invite or knock, the current m.room.join_rules event.
    if (Set.of("join", "invite", "knock").contains(membership)) {
      slots.add(StateKey.JOIN_RULES);
    }
    // If membership is invite and content contains a third_party_invite property, the current
    // m.room.third_party_invite event with state_key matching
    // content.third_party_invite.signed.token.
    if (membership.equals("invite")) {
      content
          .object("third_party_invite")
          .flatMap(invite -> invite.object("signed"))
          .flatMap(signed -> signed.string("token"))
          .ifPresent(token -> slots.add(new StateKey(EventTypes.THIRD_PARTY_INVITE, token)));
    }
    // If membership is join, content.join_authorised_via_users_server is present, and the room
    // version supports restricted rooms, then the m.room.member event with state_key matching it.
    if (membership.equals("join") && rules.has(Feature.RESTRICTED_JOINS)) {
      content
          .string("join_authorised_via_users_server")
          .ifPresent(user -> slots.add(new StateKey(EventTypes.MEMBER, user)));
    }
  }
}
