package org.theseus.protocol.rules;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.theseus.protocol.api.Ed25519;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.KeyId;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.SignatureVerdict;
import org.theseus.protocol.api.UserId;
import org.theseus.protocol.api.VerifyKey;
import org.theseus.protocol.api.VerifyKeys;

/**
 * Whose signatures an event needs, and whether they are true.
 *
 * @see <a
 *     href="https://spec.matrix.org/v1.19/server-server-api/#validating-hashes-and-signatures-on-received-events">
 *     Validating hashes and signatures</a>
 */
final class EventSignatures {
  private static final String AUTHORISER = "join_authorised_via_users_server";

  private final VersionRules rules;
  private final EventHashes hashes;
  private final Ed25519 ed25519;

  EventSignatures(VersionRules rules, EventHashes hashes, Ed25519 ed25519) {
    this.rules = rules;
    this.hashes = hashes;
    this.ed25519 = ed25519;
  }

  /** Names the servers whose signatures are needed, each with the keys it is said to have used. */
  Map<ServerName, Set<KeyId>> needed(Event event) {
    Set<ServerName> servers = new LinkedHashSet<>();
    // Unless the event is a third-party invite, the signature of the sender's server is required;
    // such an invite may be sent by another server.
    if (!(isMember(event, "invite") && event.content().has("third_party_invite"))) {
      servers.add(event.sender().server());
    }
    // (to 2) Also that of the domain in the event_id.
    if (!rules.has(Feature.HASHED_EVENT_IDS)) {
      domain(event.id()).ifPresent(servers::add);
    }
    // (from 8) Also that of the homeserver of the user who authorised the join.
    if (isAuthorisedJoin(event)) {
      authoriser(event).ifPresent(servers::add);
    }
    Map<ServerName, Set<KeyId>> needed = new LinkedHashMap<>();
    servers.forEach(server -> needed.put(server, Signatures.keyIds(event.json(), server)));
    return needed;
  }

  SignatureVerdict verify(Event event, VerifyKeys keys) {
    if (isAuthorisedJoin(event) && authoriser(event).isEmpty()) {
      return new SignatureVerdict.Invalid(AUTHORISER + " is no user id");
    }
    // The event is redacted, and the resultant object is checked for signatures.
    byte[] signed = hashes.essentials(event.json());
    Set<ServerName> missing = new LinkedHashSet<>();
    for (Map.Entry<ServerName, Set<KeyId>> server : needed(event).entrySet()) {
      SignatureVerdict verdict = verify(event, signed, server.getKey(), server.getValue(), keys);
      if (verdict instanceof SignatureVerdict.Invalid) {
        return verdict;
      }
      if (verdict instanceof SignatureVerdict.KeysMissing) {
        missing.add(server.getKey());
      }
    }
    return missing.isEmpty()
        ? new SignatureVerdict.Valid()
        : new SignatureVerdict.KeysMissing(missing);
  }

  /**
   * All signatures from known unexpired keys must be valid, and there must be one. A signature from
   * an unknown or expired key is skipped, and if none is left, the key is wanted.
   */
  private SignatureVerdict verify(
      Event event, byte[] signed, ServerName server, Set<KeyId> keyIds, VerifyKeys keys) {
    if (keyIds.isEmpty()) {
      return new SignatureVerdict.Invalid("there is no signature of " + server);
    }
    boolean verified = false;
    boolean wanted = false;
    for (KeyId keyId : keyIds) {
      Optional<VerifyKey> key = keys.key(server, keyId);
      if (key.isEmpty() || isStale(key.get(), event)) {
        wanted = true;
      } else if (!isSpent(key.get(), event)) {
        if (!Signatures.verify(
            ed25519, event.json(), signed, server, keyId, key.get().publicKey())) {
          return new SignatureVerdict.Invalid("the signature of " + server + " is false");
        }
        verified = true;
      }
    }
    if (verified) {
      return new SignatureVerdict.Valid();
    }
    return wanted
        ? new SignatureVerdict.KeysMissing(Set.of(server))
        : new SignatureVerdict.Invalid(
            "a signature of " + server + " by a key good at the time is missing");
  }

  /**
   * (from 5) The valid_until_ts of a key must be at least as large as the event's origin_server_ts.
   * One that is less may have been prolonged since the key was fetched, which is to be done again.
   */
  private boolean isStale(VerifyKey key, Event event) {
    return rules.has(Feature.KEY_VALIDITY)
        && !key.expired()
        && key.validUntilTs() < event.originServerTs();
  }

  /** Keys that are known to have expired prior to the event's origin_server_ts are ignored. */
  private static boolean isSpent(VerifyKey key, Event event) {
    return key.expired() && key.validUntilTs() < event.originServerTs();
  }

  private boolean isAuthorisedJoin(Event event) {
    return rules.has(Feature.RESTRICTED_JOINS)
        && isMember(event, "join")
        && event.content().has(AUTHORISER);
  }

  private static Optional<ServerName> authoriser(Event event) {
    return event.content().string(AUTHORISER).flatMap(UserId::parse).map(UserId::server);
  }

  /** Tells the server that an event id of versions 1 and 2 names. */
  static Optional<ServerName> domain(EventId id) {
    int colon = id.value().indexOf(':');
    return colon < 0 ? Optional.empty() : ServerName.parse(id.value().substring(colon + 1));
  }

  private static boolean isMember(Event event, String membership) {
    return event.type().equals(EventTypes.MEMBER)
        && event.content().string("membership").equals(Optional.of(membership));
  }
}
