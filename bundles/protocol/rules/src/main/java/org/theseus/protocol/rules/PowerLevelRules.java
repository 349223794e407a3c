package org.theseus.protocol.rules;

import static org.theseus.protocol.api.Verdict.ALLOW;
import static org.theseus.protocol.api.Verdict.reject;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.Verdict;

/** The authorization rules of m.room.power_levels events. */
final class PowerLevelRules {
  private final VersionRules rules;
  private final List<String> guarded;

  PowerLevelRules(VersionRules rules) {
    this.rules = rules;
    this.guarded =
        rules.has(Feature.NOTIFICATION_LEVELS)
            ? List.of(Levels.EVENTS, Levels.NOTIFICATIONS)
            : List.of(Levels.EVENTS);
  }

  /** If type is m.room.power_levels: */
  Verdict check(Event event, AuthState state) {
    Levels changed = state.read(event.content());
    Verdict form = form(changed, state);
    if (!form.allowed()) {
      return form;
    }
    // If there is no previous m.room.power_levels event in the room, allow.
    Optional<Levels> current = state.givenLevels();
    return current.isEmpty()
        ? ALLOW
        : change(event.sender().value(), state, current.get(), changed);
  }

  private Verdict form(Levels changed, AuthState state) {
    // (to 9) Values outside the range represented by IEEE 754 binary64 cause the event to be
    // rejected.
    if (!rules.has(Feature.INTEGER_POWER_LEVELS) && changed.holdsWhatNoDoubleCan()) {
      return reject("a level is beyond all numbers");
    }
    if (rules.has(Feature.INTEGER_POWER_LEVELS)) {
      // (from 10) If any of the properties users_default, events_default, state_default, ban,
      // redact, kick, or invite in content are present and not an integer, reject.
      for (Levels.Level level : Levels.Level.values()) {
        if (changed.content().has(level.property()) && changed.explicit(level).isEmpty()) {
          return reject(level.property() + " is not an integer");
        }
      }
      // (from 10) If either of the properties events or notifications in content are present and
      // not an object with values that are integers, reject.
      for (String property : List.of(Levels.EVENTS, Levels.NOTIFICATIONS)) {
        if (!changed.isMissingOrLevels(property)) {
          return reject(property + " is not an object of integers");
        }
      }
    }
    // If the users property in content is not an object with keys that are valid user ids with
    // values that are integers (to 9: or a string that is an integer), reject.
    Map<String, ?> users =
        changed.content().object(Levels.USERS).orElse(JsonObject.EMPTY).members();
    if (!changed.isMissingOrLevels(Levels.USERS)
        || !users.keySet().stream().allMatch(EventFormat::isUserId)) {
      return reject("users is not an object of user ids and integers");
    }
    // (12) If the users property in content contains the sender of the m.room.create event or any
    // of the additional_creators array from the content of the m.room.create event, reject.
    if (rules.has(Feature.PRIVILEGED_CREATORS)
        && state.creators().stream().anyMatch(users::containsKey)) {
      return reject("users contains a creator of the room");
    }
    return ALLOW;
  }

  private Verdict change(String sender, AuthState state, Levels current, Levels changed) {
    long level = state.powerLevel(sender);
    // For the properties users_default, events_default, state_default, ban, redact, kick, invite
    // check if they were added, changed or removed. For each found alteration: if the current value
    // is higher than the sender's current power level, reject; if the new value is higher than the
    // sender's current power level, reject.
    // What was not or is no longer supplied has its default value.
    for (Levels.Level property : Levels.Level.values()) {
      if (!current.explicit(property).equals(changed.explicit(property))
          && Math.max(current.get(property), changed.get(property)) > level) {
        return reject("the sender's power level does not allow to change " + property.property());
      }
    }
    // For each entry being changed in, or removed from, the events or (from 6) notifications
    // properties: if the current value is greater than the sender's current power level, reject.
    // For each entry being added to, or changed in, them: if the new value is greater, reject.
    for (String property : guarded) {
      Map<String, Long> before = current.entries(property);
      Map<String, Long> after = changed.entries(property);
      for (Map.Entry<String, Long> entry : before.entrySet()) {
        if (!entry.getValue().equals(after.get(entry.getKey())) && entry.getValue() > level) {
          return reject(
              "the sender's power level does not allow to change an entry of " + property);
        }
      }
      if (raises(before, after, level)) {
        return reject("the sender's power level does not allow to set an entry of " + property);
      }
    }
    Map<String, Long> before = current.entries(Levels.USERS);
    Map<String, Long> after = changed.entries(Levels.USERS);
    // For each entry being changed in, or removed from, the users property, other than the sender's
    // own entry: if the current value is greater than or equal to the sender's current power level,
    // reject.
    for (Map.Entry<String, Long> entry : before.entrySet()) {
      if (!entry.getKey().equals(sender)
          && !entry.getValue().equals(after.get(entry.getKey()))
          && entry.getValue() >= level) {
        return reject("the sender's power level does not allow to change that of another user");
      }
    }
    // For each entry being added to, or changed in, the users property: if the new value is greater
    // than the sender's current power level, reject. Otherwise, allow.
    return raises(before, after, level)
        ? reject("the sender gives more power than they have")
        : ALLOW;
  }

  private static boolean raises(Map<String, Long> before, Map<String, Long> after, long level) {
    return after.entrySet().stream()
        .anyMatch(
            entry ->
                !entry.getValue().equals(before.get(entry.getKey())) && entry.getValue() > level);
  }
}
