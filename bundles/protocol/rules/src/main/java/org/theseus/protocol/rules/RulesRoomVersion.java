package org.theseus.protocol.rules;

import java.util.Collection;
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
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.KeyId;
import org.theseus.protocol.api.Resolution;
import org.theseus.protocol.api.RoomVersion;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.SignatureVerdict;
import org.theseus.protocol.api.Signer;
import org.theseus.protocol.api.StateKey;
import org.theseus.protocol.api.StateMap;
import org.theseus.protocol.api.StateMaps;
import org.theseus.protocol.api.UserId;
import org.theseus.protocol.api.Verdict;
import org.theseus.protocol.api.VerifyKeys;

/** A room version as its rules have it; what differs between versions is data, not code. */
class RulesRoomVersion implements RoomVersion {
  private final VersionRules rules;
  private final Ed25519 ed25519;
  private final StateMaps maps;
  private final EventHashes hashes;
  private final EventFormat format;
  private final EventSignatures signatures;
  private final AuthRules auth;
  private final StateResolution resolution;

  RulesRoomVersion(VersionRules rules, Ed25519 ed25519, StateMaps maps) {
    this.rules = rules;
    this.ed25519 = ed25519;
    this.maps = maps;
    this.hashes = new EventHashes(rules);
    this.format = new EventFormat(rules, hashes);
    this.signatures = new EventSignatures(rules, hashes, ed25519);
    this.auth = new AuthRules(rules, ed25519);
    this.resolution = new StateResolution(rules, auth, maps);
  }

  @Override
  public final String id() {
    return rules.id();
  }

  @Override
  public final Traits traits() {
    return new Traits(
        rules.has(Feature.ROOM_ID_FROM_CREATE),
        rules.has(Feature.REDACTS_IN_CONTENT),
        !rules.has(Feature.CREATOR_IS_SENDER),
        rules.has(Feature.KNOCKING),
        rules.has(Feature.RESTRICTED_JOINS),
        !rules.has(Feature.HASHED_EVENT_IDS),
        rules.has(Feature.CANONICAL_JSON));
  }

  @Override
  public final Event parse(JsonObject pdu) {
    return format.parse(pdu);
  }

  @Override
  public final EventId eventId(JsonObject pdu) {
    return format.id(pdu);
  }

  @Override
  public final String contentHash(JsonObject pdu) {
    return Base64Text.standard(hashes.content(pdu));
  }

  @Override
  public final JsonArray references(Collection<EventId> ids, EventSource events) {
    return hashes.references(ids, events);
  }

  @Override
  public final Event hashAndSign(JsonObject pdu, ServerName server, Signer signer) {
    JsonObject named = hashes.named(pdu, server);
    JsonObject hashed =
        named.without("signatures").with("hashes", EventHashes.sha256(hashes.content(named)));
    return format.parse(Signatures.sign(hashed, hashes.essentials(hashed), server, signer));
  }

  @Override
  public final Event addSignature(Event event, ServerName server, Signer signer) {
    return withJson(
        event, Signatures.sign(event.json(), hashes.essentials(event.json()), server, signer));
  }

  @Override
  public final Event mergeSignatures(Event event, JsonObject other) {
    return withJson(event, Signatures.merge(event.json(), other));
  }

  @Override
  public final JsonObject redact(JsonObject pdu) {
    return rules.redact(pdu);
  }

  @Override
  public final boolean contentHashMatches(Event event) {
    return hashes.contentMatches(event.json());
  }

  @Override
  public final Map<ServerName, Set<KeyId>> signatures(Event event) {
    return signatures.needed(event);
  }

  @Override
  public final SignatureVerdict verify(Event event, VerifyKeys keys) {
    return signatures.verify(event, keys);
  }

  @Override
  public final Set<StateKey> authSlots(
      String type, Optional<String> stateKey, UserId sender, JsonObject content) {
    return auth.authSlots(type, stateKey, sender, content);
  }

  @Override
  public final Verdict authByAuthEvents(Event event, EventSource events) {
    return oversized(event).orElseGet(() -> auth.byAuthEvents(event, events));
  }

  @Override
  public final Verdict judgeAuthEvents(Event event, EventSource events) {
    return oversized(event).orElseGet(() -> auth.citations(event, events));
  }

  @Override
  public final Verdict authByState(Event event, Function<StateKey, Optional<Event>> state) {
    return oversized(event).orElseGet(() -> auth.byState(event, state));
  }

  @Override
  public final boolean redactionApplies(
      Event redaction, Event target, Function<StateKey, Optional<Event>> state) {
    return auth.redactionApplies(redaction, target, state);
  }

  @Override
  public final long powerLevel(UserId user, Function<StateKey, Optional<Event>> state) {
    return auth.powerLevel(user, state);
  }

  @Override
  public final Resolution explain(List<StateMap> states, EventSource events) {
    return resolution.explain(states, events);
  }

  @Override
  public final Set<EventId> authChain(Collection<EventId> from, EventSource events) {
    return resolution.authChain(from, events);
  }

  @Override
  public final RoomVersion derive(Amendment amendment) {
    return new RulesRoomVersion(rules.next(amendment), ed25519, maps);
  }

  private Optional<Verdict> oversized(Event event) {
    return format.oversized(event).map(name -> Verdict.reject(name + " is longer than 255 bytes"));
  }

  /** Signatures are no part of what an event says, so everything but its JSON stays. */
  private static Event withJson(Event event, JsonObject json) {
    return new Event(
        event.id(),
        event.roomId(),
        event.sender(),
        event.type(),
        event.stateKey(),
        event.content(),
        event.prevEvents(),
        event.authEvents(),
        event.depth(),
        event.originServerTs(),
        event.redacts(),
        json);
  }
}
