package org.theseus.protocol.rules;

import static org.theseus.protocol.api.Verdict.ALLOW;
import static org.theseus.protocol.api.Verdict.reject;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.UserId;
import org.theseus.protocol.api.Verdict;

/** The authorization rules of m.room.member events. */
final class MemberRules {
  private static final String AUTHORISED_VIA = "join_authorised_via_users_server";

  private final VersionRules rules;
  private final ThirdPartyInvites thirdPartyInvites;

  MemberRules(VersionRules rules, ThirdPartyInvites thirdPartyInvites) {
    this.rules = rules;
    this.thirdPartyInvites = thirdPartyInvites;
  }

  /** If type is m.room.member: */
  Verdict check(Event event, AuthState state, Event create) {
    // If there is no state_key property, or no membership property in content, reject.
    if (event.stateKey().isEmpty()) {
      return reject("a membership has no state_key");
    }
    Optional<String> membership = event.content().string("membership");
    if (membership.isEmpty()) {
      return reject("the content has no membership");
    }
    // (from 8) If content has a join_authorised_via_users_server key: if the event is not validly
    // signed by the homeserver of the user id denoted by the key, reject.
    // The signature itself was checked with the others the event needs; here it is known who should
    // have signed.
    if (rules.has(Feature.RESTRICTED_JOINS)
        && event.content().has(AUTHORISED_VIA)
        && authorisingUser(event).isEmpty()) {
      return reject(AUTHORISED_VIA + " is no user id");
    }
    return switch (membership.get()) {
      case "join" -> join(event, state, create);
      case "invite" -> invite(event, state);
      case "leave" -> leave(event, state);
      case "ban" -> ban(event, state);
      case "knock" -> knock(event, state);
      // Otherwise, the membership is unknown. Reject.
      default -> reject("the membership is unknown");
    };
  }

  /** If membership is join: */
  private Verdict join(Event event, AuthState state, Event create) {
    String sender = event.sender().value();
    // If the only previous event is an m.room.create and the state_key is the creator (from 11: the
    // sender of the m.room.create), allow.
    if (event.prevEvents().equals(List.of(create.id()))
        && state.creator().equals(event.stateKey())) {
      return ALLOW;
    }
    // If the sender does not match state_key, reject.
    if (!event.stateKey().equals(Optional.of(sender))) {
      return reject("nobody joins for another");
    }
    String current = state.membership(sender);
    // If the sender is banned, reject.
    if (current.equals("ban")) {
      return reject("the sender is banned");
    }
    boolean invited = current.equals("invite") || current.equals("join");
    String joinRule = state.joinRule();
    // If the join_rule is invite (from 7: or knock) then allow if membership state is invite or
    // join.
    if (joinRule.equals("invite") || (joinRule.equals("knock") && rules.has(Feature.KNOCKING))) {
      return invited ? ALLOW : reject("the sender is not invited");
    }
    // (from 8) If the join_rule is restricted (from 10: or knock_restricted):
    if ((joinRule.equals("restricted") && rules.has(Feature.RESTRICTED_JOINS))
        || (joinRule.equals("knock_restricted") && rules.has(Feature.KNOCK_RESTRICTED_JOINS))) {
      // If membership state is join or invite, allow.
      if (invited) {
        return ALLOW;
      }
      // If the join_authorised_via_users_server key in content is not a user with sufficient
      // permission to invite other users or is not a joined member of the room, reject. Otherwise,
      // allow.
      return authorisingUser(event).filter(user -> mayInvite(user, state)).isPresent()
          ? ALLOW
          : reject("the join is not authorised by a member who may invite");
    }
    // If the join_rule is public, allow. Otherwise, reject.
    return joinRule.equals("public") ? ALLOW : reject("the join rule does not allow to join");
  }

  /** If membership is invite: */
  private Verdict invite(Event event, AuthState state) {
    // If content has a third_party_invite property: see there.
    if (event.content().has("third_party_invite")) {
      return thirdPartyInvite(event, state);
    }
    String sender = event.sender().value();
    // If the sender's current membership state is not join, reject.
    if (!state.membership(sender).equals("join")) {
      return reject("the sender is not joined");
    }
    // If target user's current membership state is join or ban, reject.
    String current = state.membership(target(event));
    if (current.equals("join") || current.equals("ban")) {
      return reject("the target is joined or banned");
    }
    // If the sender's power level is greater than or equal to the invite level, allow. Otherwise,
    // reject.
    return state.powerLevel(sender) >= state.levels().get(Levels.Level.INVITE)
        ? ALLOW
        : reject("the sender's power level does not allow to invite");
  }

  /** If content has a third_party_invite property: */
  private Verdict thirdPartyInvite(Event event, AuthState state) {
    // If target user is banned, reject.
    if (state.membership(target(event)).equals("ban")) {
      return reject("the target is banned");
    }
    // If content.third_party_invite does not have a signed property, reject.
    Optional<JsonObject> signed =
        event.content().object("third_party_invite").flatMap(invite -> invite.object("signed"));
    if (signed.isEmpty()) {
      return reject("the third_party_invite is not signed");
    }
    // If signed does not have mxid and token properties, reject.
    Optional<String> mxid = signed.get().string("mxid");
    Optional<String> token = signed.get().string("token");
    if (mxid.isEmpty() || token.isEmpty()) {
      return reject("the third_party_invite has no mxid or no token");
    }
    // If mxid does not match state_key, reject.
    if (!mxid.equals(event.stateKey())) {
      return reject("the third_party_invite is for another user");
    }
    // If there is no m.room.third_party_invite event in the current room state with state_key
    // matching token, reject.
    Optional<Event> origin = state.thirdPartyInvite(token.get());
    if (origin.isEmpty()) {
      return reject("there is no m.room.third_party_invite event for the token");
    }
    // If sender does not match sender of the m.room.third_party_invite, reject.
    if (!origin.get().sender().equals(event.sender())) {
      return reject("the m.room.third_party_invite event is of another sender");
    }
    // If any signature in signed matches any public key in the m.room.third_party_invite event,
    // allow. Otherwise, reject.
    return thirdPartyInvites.isSigned(signed.get(), origin.get().content())
        ? ALLOW
        : reject(
            "the third_party_invite has no signature by a key of the m.room.third_party_invite"
                + " event");
  }

  /** If membership is leave: */
  private Verdict leave(Event event, AuthState state) {
    String sender = event.sender().value();
    String target = target(event);
    String current = state.membership(target);
    // If the sender matches state_key, allow if and only if that user's current membership state is
    // invite, join (from 7: or knock).
    if (sender.equals(target)) {
      return current.equals("invite")
              || current.equals("join")
              || (current.equals("knock") && rules.has(Feature.KNOCKING))
          ? ALLOW
          : reject("the sender is not in the room");
    }
    // If the sender's current membership state is not join, reject.
    if (!state.membership(sender).equals("join")) {
      return reject("the sender is not joined");
    }
    long level = state.powerLevel(sender);
    // If the target user's current membership state is ban, and the sender's power level is less
    // than the ban level, reject.
    if (current.equals("ban") && level < state.levels().get(Levels.Level.BAN)) {
      return reject("the sender's power level does not allow to unban");
    }
    // If the sender's power level is greater than or equal to the kick level, and the target user's
    // power level is less than the sender's power level, allow. Otherwise, reject.
    return level >= state.levels().get(Levels.Level.KICK) && state.powerLevel(target) < level
        ? ALLOW
        : reject("the sender's power level does not allow to kick the target");
  }

  /** If membership is ban: */
  private Verdict ban(Event event, AuthState state) {
    String sender = event.sender().value();
    // If the sender's current membership state is not join, reject.
    if (!state.membership(sender).equals("join")) {
      return reject("the sender is not joined");
    }
    long level = state.powerLevel(sender);
    // If the sender's power level is greater than or equal to the ban level, and the target user's
    // power level is less than the sender's power level, allow. Otherwise, reject.
    return level >= state.levels().get(Levels.Level.BAN) && state.powerLevel(target(event)) < level
        ? ALLOW
        : reject("the sender's power level does not allow to ban the target");
  }

  /** (from 7) If membership is knock: */
  private Verdict knock(Event event, AuthState state) {
    if (!rules.has(Feature.KNOCKING)) {
      return reject("the membership is unknown");
    }
    // If the join_rule is anything other than knock (from 10: or knock_restricted), reject.
    String joinRule = state.joinRule();
    if (!joinRule.equals("knock")
        && !(joinRule.equals("knock_restricted") && rules.has(Feature.KNOCK_RESTRICTED_JOINS))) {
      return reject("the join rule does not allow to knock");
    }
    String sender = event.sender().value();
    // If sender does not match state_key, reject.
    if (!sender.equals(target(event))) {
      return reject("nobody knocks for another");
    }
    // If the sender's current membership is not ban, invite, or join, allow. Otherwise, reject.
    return Set.of("ban", "invite", "join").contains(state.membership(sender))
        ? reject("the sender is banned, invited or joined")
        : ALLOW;
  }

  private static boolean mayInvite(UserId user, AuthState state) {
    return state.membership(user.value()).equals("join")
        && state.powerLevel(user.value()) >= state.levels().get(Levels.Level.INVITE);
  }

  private static Optional<UserId> authorisingUser(Event event) {
    return event.content().string(AUTHORISED_VIA).flatMap(UserId::parse);
  }

  private static String target(Event event) {
    return event.stateKey().orElseThrow();
  }
}
