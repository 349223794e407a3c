package org.theseus.protocol.rules;

import java.security.MessageDigest;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.JsonObject;

/**
 * The two hashes of an event, of which the content hash covers everything and the reference hash
 * what redaction keeps.
 *
 * @see <a href="https://spec.matrix.org/v1.19/server-server-api/#signing-events">Signing events</a>
 */
final class EventHashes {
  private final VersionRules rules;

  EventHashes(VersionRules rules) {
    this.rules = rules;
  }

  /** Computes the content hash. */
  byte[] content(JsonObject event) {
    return Sha256.of(event.without("unsigned", "signatures", "hashes").toSortedBytes());
  }

  /** Compares the content hash an event states with its true one. */
  boolean contentMatches(JsonObject event) {
    return event
        .object("hashes")
        .flatMap(hashes -> hashes.string("sha256"))
        .flatMap(Base64Text::decode)
        .filter(stated -> MessageDigest.isEqual(stated, content(event)))
        .isPresent();
  }

  /** Writes what the reference hash is taken of; servers sign the same bytes. */
  byte[] essentials(JsonObject event) {
    return Signatures.signedBytes(rules.redaction().apply(event));
  }

  /** Computes the event id, which is the reference hash. */
  EventId id(JsonObject event) {
    byte[] hash = Sha256.of(essentials(event));
    return EventId.of(
        "$"
            + (rules.has(Feature.URL_SAFE_EVENT_IDS)
                ? Base64Text.urlSafe(hash)
                : Base64Text.standard(hash)));
  }
}
