package org.theseus.protocol.rules;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.StateKey;

/**
 * What the auth rules see of a state. Each slot is looked up once and only when a rule asks;
 * content of a wrong type counts as missing. For one thread.
 */
final class AuthState {
  /** The level of creators from room version 12 on, above every other. */
  static final long INFINITE = Long.MAX_VALUE;

  private static final long CREATOR_WITHOUT_LEVELS = 100;

  private final VersionRules rules;
  private final Function<StateKey, Optional<Event>> state;
  private final Map<StateKey, Optional<Event>> found = new HashMap<>();

  /** Null until somebody asks. */
  private Set<String> creators;

  AuthState(VersionRules rules, Function<StateKey, Optional<Event>> state) {
    this.rules = rules;
    this.state = state;
  }

  Optional<Event> create() {
    return event(StateKey.CREATE);
  }

  Optional<Event> thirdPartyInvite(String token) {
    return event(new StateKey(EventTypes.THIRD_PARTY_INVITE, token));
  }

  /** The membership of a user, or of whatever else a state key may be; "leave" if there is none. */
  String membership(String user) {
    return event(new StateKey(EventTypes.MEMBER, user))
        .flatMap(member -> member.content().string("membership"))
        .orElse("leave");
  }

  /** The join rule; "invite" if there is none, "" if it is malformed. */
  String joinRule() {
    JsonObject content = content(StateKey.JOIN_RULES).orElse(JsonObject.EMPTY);
    return content.has("join_rule") ? content.string("join_rule").orElse("") : "invite";
  }

  /** The power levels in force, if the room has any. */
  Optional<Levels> givenLevels() {
    return content(StateKey.POWER_LEVELS).map(this::read);
  }

  /** The power levels in force, with their defaults where the room has none. */
  Levels levels() {
    return givenLevels().orElseGet(() -> read(JsonObject.EMPTY));
  }

  /** Reads the content of a power levels event as this version does. */
  Levels read(JsonObject content) {
    return new Levels(content, rules.has(Feature.INTEGER_POWER_LEVELS));
  }

  /** The power level of a user. */
  long powerLevel(String user) {
    boolean creator = creators().contains(user);
    if (creator && rules.has(Feature.PRIVILEGED_CREATORS)) {
      return INFINITE;
    }
    return givenLevels()
        .map(levels -> levels.user(user))
        .orElse(creator ? CREATOR_WITHOUT_LEVELS : 0);
  }

  /**
   * Who created the room: the sender of the create event or, up to room version 10, who its content
   * says.
   */
  Optional<String> creator() {
    return rules.has(Feature.CREATOR_IS_SENDER)
        ? create().map(create -> create.sender().value())
        : create().flatMap(create -> create.content().string("creator"));
  }

  /** The creator and, from room version 12 on, the additional creators. */
  Set<String> creators() {
    if (creators == null) {
      creators = new HashSet<>();
      creator().ifPresent(creators::add);
      if (rules.has(Feature.PRIVILEGED_CREATORS)) {
        content(StateKey.CREATE)
            .flatMap(content -> content.array("additional_creators"))
            .map(JsonArray::strings)
            .ifPresent(creators::addAll);
      }
    }
    return creators;
  }

  private Optional<JsonObject> content(StateKey slot) {
    return event(slot).map(Event::content);
  }

  private Optional<Event> event(StateKey slot) {
    return found.computeIfAbsent(slot, state);
  }
}
