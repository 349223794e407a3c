package org.theseus.protocol.rules;

import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.theseus.protocol.api.Ed25519;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventSource;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.StateKey;
import org.theseus.protocol.api.UserId;
import org.theseus.protocol.api.Verdict;

/** The authorization rules of a room version. */
final class AuthRules {
  private final VersionRules rules;
  private final Ed25519 ed25519;

  AuthRules(VersionRules rules, Ed25519 ed25519) {
    this.rules = rules;
    this.ed25519 = ed25519;
  }

  Set<StateKey> authSlots(
      String type, Optional<String> stateKey, UserId sender, JsonObject content) {
    return Set.of();
  }

  Verdict byAuthEvents(Event event, EventSource events) {
    return Verdict.reject("room version " + rules.id() + ed25519);
  }

  Verdict byState(Event event, Function<StateKey, Optional<Event>> state) {
    return Verdict.reject("room version " + rules.id() + ed25519);
  }

  boolean redactionApplies(
      Event redaction, Event target, Function<StateKey, Optional<Event>> state) {
    return false;
  }

  long powerLevel(UserId user, Function<StateKey, Optional<Event>> state) {
    return 0;
  }
}
