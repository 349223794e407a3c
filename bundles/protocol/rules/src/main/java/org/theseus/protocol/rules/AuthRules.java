package org.theseus.protocol.rules;

import static org.theseus.protocol.api.Verdict.ALLOW;
import static org.theseus.protocol.api.Verdict.reject;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.theseus.protocol.api.Amendment;
import org.theseus.protocol.api.Ed25519;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.EventSource;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonBoolean;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonString;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.StateKey;
import org.theseus.protocol.api.UserId;
import org.theseus.protocol.api.Verdict;

/**
 * The authorization rules of a room version. The comments are the rules of the specification in its
 * order; those of some versions only name them.
 *
 * @see <a href="https://spec.matrix.org/v1.19/rooms/v12/#authorisation-rules">Authorisation
 *     rules</a>
 */
final class AuthRules {
  private final VersionRules rules;
  private final MemberRules memberRules;
  private final PowerLevelRules powerLevelRules;

  AuthRules(VersionRules rules, Ed25519 ed25519) {
    this.rules = rules;
    this.memberRules = new MemberRules(rules, new ThirdPartyInvites(ed25519));
    this.powerLevelRules = new PowerLevelRules(rules);
  }

  /** See {@link org.theseus.protocol.api.RoomVersion#authSlots}. */
  Set<StateKey> authSlots(
      String type, Optional<String> stateKey, UserId sender, JsonObject content) {
    Set<StateKey> slots = AuthSlots.of(rules, type, stateKey, sender, content);
    if (!type.equals(EventTypes.CREATE)) {
      for (Amendment amendment : rules.amendments()) {
        slots = amendment.authSlots(type, stateKey, sender, content, slots);
      }
    }
    return slots;
  }

  /** Receipt check 4, see {@link org.theseus.protocol.api.RoomVersion#authByAuthEvents}. */
  Verdict byAuthEvents(Event event, EventSource events) {
    Map<StateKey, Event> cited = new HashMap<>();
    Verdict verdict =
        event.type().equals(EventTypes.CREATE) ? ALLOW : citations(event, events, cited);
    return verdict.allowed()
        ? byState(event, slot -> Optional.ofNullable(cited.get(slot)))
        : verdict;
  }

  /** See {@link org.theseus.protocol.api.RoomVersion#judgeAuthEvents}. */
  Verdict citations(Event event, EventSource events) {
    return event.type().equals(EventTypes.CREATE)
        ? ALLOW
        : citations(event, events, new HashMap<>());
  }

  /** Judges what an event cites and collects it. */
  private Verdict citations(Event event, EventSource events, Map<StateKey, Event> cited) {
    // (12) If the event's room_id is not an event id for an accepted m.room.create event, with the
    // sigil ! instead of $, reject.
    if (rules.has(Feature.ROOM_ID_FROM_CREATE)) {
      Optional<EventSource.Judged> create = CreateEvents.find(event.roomId(), events);
      if (create.isEmpty()) {
        return reject("the room id is not that of a known m.room.create event");
      }
      if (create.get().rejected()) {
        return reject("the m.room.create event of the room was rejected");
      }
      cited.put(StateKey.CREATE, create.get().event());
    }
    return authEvents(event, events, cited);
  }

  /** Receipt checks 5 and 6, see {@link org.theseus.protocol.api.RoomVersion#authByState}. */
  Verdict byState(Event event, Function<StateKey, Optional<Event>> lookup) {
    Verdict verdict = bySpecification(event, lookup);
    for (Amendment amendment : rules.amendments()) {
      verdict = amendment.judge(event, lookup, verdict);
    }
    return verdict;
  }

  private Verdict bySpecification(Event event, Function<StateKey, Optional<Event>> lookup) {
    if (event.type().equals(EventTypes.CREATE)) {
      return create(event);
    }
    AuthState state = new AuthState(rules, lookup);
    Optional<Event> create = state.create();
    if (create.isEmpty()) {
      return reject("the state has no m.room.create event");
    }
    // (12) If the event's room_id is not an event id for an accepted m.room.create event, with the
    // sigil ! instead of $, reject.
    if (rules.has(Feature.ROOM_ID_FROM_CREATE) && !create.get().roomId().equals(event.roomId())) {
      return reject("the room id is not that of the room's m.room.create event");
    }
    return byState(event, state, create.get());
  }

  /** See {@link org.theseus.protocol.api.RoomVersion#redactionApplies}. */
  boolean redactionApplies(
      Event redaction, Event target, Function<StateKey, Optional<Event>> lookup) {
    if (!redaction.roomId().equals(target.roomId())) {
      return false;
    }
    if (!rules.has(Feature.REDACTIONS_HANDLED)) {
      // The auth rules of these versions have decided it already.
      return true;
    }
    AuthState state = new AuthState(rules, lookup);
    // The power level of the redaction event's sender is greater than or equal to the redact level;
    // or the domain of the redaction event's sender matches that of the original event's sender.
    return state.powerLevel(redaction.sender().value()) >= state.levels().get(Levels.Level.REDACT)
        || redaction.sender().server().equals(target.sender().server());
  }

  /** See {@link org.theseus.protocol.api.RoomVersion#powerLevel}. */
  long powerLevel(UserId user, Function<StateKey, Optional<Event>> state) {
    return new AuthState(rules, state).powerLevel(user.value());
  }

  /** If type is m.room.create: */
  private Verdict create(Event event) {
    JsonObject content = event.content();
    // If it has any prev_events, reject.
    if (!event.prevEvents().isEmpty()) {
      return reject("an m.room.create event has no prev_events");
    }
    if (rules.has(Feature.ROOM_ID_FROM_CREATE)) {
      // (12) If the event has a room_id, reject.
      if (event.json().has("room_id")) {
        return reject("an m.room.create event has no room_id");
      }
    } else if (!event.roomId().server().equals(Optional.of(event.sender().server()))) {
      // (to 11) If the domain of the room_id does not match the domain of the sender, reject.
      return reject("the room id is not of the sender's server");
    }
    // If content.room_version is present and is not a recognised version, reject.
    if (content.has("room_version")
        && !content
            .string("room_version")
            .filter(version -> version.equals(rules.id()) || VersionRules.isKnown(version))
            .isPresent()) {
      return reject("the room version is not recognised");
    }
    // (to 10) If content has no creator property, reject.
    if (!rules.has(Feature.CREATOR_IS_SENDER) && !content.has("creator")) {
      return reject("the content has no creator");
    }
    // (12) If additional_creators is present in content and is not an array of strings where each
    // string passes the same user id validation applied to sender, reject.
    if (rules.has(Feature.PRIVILEGED_CREATORS)
        && content.has("additional_creators")
        && !content.array("additional_creators").filter(AuthRules::areUserIds).isPresent()) {
      return reject("additional_creators is not an array of user ids");
    }
    // Otherwise, allow.
    return ALLOW;
  }

  /** Considering the event's auth_events: */
  private Verdict authEvents(Event event, EventSource events, Map<StateKey, Event> cited) {
    Set<StateKey> selection =
        authSlots(event.type(), event.stateKey(), event.sender(), event.content());
    // One of them must break one of the rules below; thousands need not be looked up to know.
    if (event.authEvents().size() > selection.size()) {
      return reject("there are more auth_events than can belong there");
    }
    List<EventSource.Judged> entries =
        event.authEvents().stream().map(events::find).flatMap(Optional::stream).toList();
    if (entries.size() < event.authEvents().size()) {
      return reject("not all auth_events are known");
    }
    // If there are duplicate entries for a given type and state_key pair, reject.
    Set<Optional<StateKey>> slots = new HashSet<>();
    if (!entries.stream().allMatch(entry -> slots.add(entry.event().slot()))) {
      return reject("two auth_events have the same type and state_key");
    }
    // If there are entries whose type and state_key don't match those specified by the auth events
    // selection algorithm, reject.
    if (!slots.stream().allMatch(slot -> slot.filter(selection::contains).isPresent())) {
      return reject("one of the auth_events does not belong there");
    }
    // If there are entries which were themselves rejected, reject.
    if (entries.stream().anyMatch(EventSource.Judged::rejected)) {
      return reject("one of the auth_events was rejected");
    }
    entries.forEach(entry -> cited.put(entry.event().slot().orElseThrow(), entry.event()));
    // (to 11) If there is no m.room.create event among the entries, reject.
    if (!cited.containsKey(StateKey.CREATE)) {
      return reject("the auth_events have no m.room.create event");
    }
    // If any event in auth_events has a room_id which does not match that of the event being
    // authorised, reject.
    if (!cited.values().stream().allMatch(entry -> entry.roomId().equals(event.roomId()))) {
      return reject("one of the auth_events is of another room");
    }
    return ALLOW;
  }

  private Verdict byState(Event event, AuthState state, Event create) {
    ServerName server = event.sender().server();
    String sender = event.sender().value();
    // If the content of the m.room.create event in the room state has the property m.federate set
    // to false, and the sender domain of the event does not match the sender domain of the create
    // event, reject.
    if (create.content().get("m.federate").equals(Optional.of(JsonBoolean.of(false)))
        && !server.equals(create.sender().server())) {
      return reject("the room does not federate");
    }
    // (to 5) If type is m.room.aliases: allow if and only if the sender's domain matches the
    // state_key.
    if (event.type().equals(EventTypes.ALIASES) && !rules.has(Feature.ORDINARY_ALIASES)) {
      return event.stateKey().equals(Optional.of(server.value()))
          ? ALLOW
          : reject("the state_key of m.room.aliases is not the sender's server");
    }
    // If type is m.room.member: see there.
    if (event.type().equals(EventTypes.MEMBER)) {
      return memberRules.check(event, state, create);
    }
    // If the sender's current membership state is not join, reject.
    if (!state.membership(sender).equals("join")) {
      return reject("the sender is not joined");
    }
    long level = state.powerLevel(sender);
    // If type is m.room.third_party_invite: allow if and only if sender's current power level is
    // greater than or equal to the invite level.
    if (event.type().equals(EventTypes.THIRD_PARTY_INVITE)) {
      return level >= state.levels().get(Levels.Level.INVITE)
          ? ALLOW
          : reject("the sender's power level does not allow to invite");
    }
    // If the event type's required power level is greater than the sender's power level, reject.
    if (state.levels().required(event.type(), event.isState()) > level) {
      return reject("the sender's power level does not allow events of this type");
    }
    // If the event has a state_key that starts with an @ and does not match the sender, reject.
    if (event.stateKey().filter(key -> key.startsWith("@") && !key.equals(sender)).isPresent()) {
      return reject("the state_key is another user");
    }
    // If type is m.room.power_levels: see there.
    if (event.type().equals(EventTypes.POWER_LEVELS)) {
      return powerLevelRules.check(event, state);
    }
    // (to 2) If type is m.room.redaction: allow if and only if the sender's power level is greater
    // than or equal to the redact level, or the domains of the event_ids of the redaction and of
    // the event being redacted are the same.
    if (event.type().equals(EventTypes.REDACTION) && !rules.has(Feature.REDACTIONS_HANDLED)) {
      return level >= state.levels().get(Levels.Level.REDACT)
              || event.redacts().filter(target -> sameDomain(target, event.id())).isPresent()
          ? ALLOW
          : reject("the sender's power level does not allow to redact events of other servers");
    }
    // Otherwise, allow.
    return ALLOW;
  }

  private static boolean areUserIds(JsonArray array) {
    return array.elements().stream()
        .allMatch(each -> each instanceof JsonString user && EventFormat.isUserId(user.value()));
  }

  private static boolean sameDomain(EventId one, EventId other) {
    int colon = one.value().indexOf(':');
    return colon >= 0
        && other.value().indexOf(':') >= 0
        && one.value().substring(colon).equals(other.value().substring(other.value().indexOf(':')));
  }
}
