package org.theseus.protocol.rules;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.EventSource;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonString;
import org.theseus.protocol.api.JsonValue;
import org.theseus.protocol.api.ServerName;

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

  /**
   * Computes the content hash: any existing unsigned, signatures and hashes are removed, the rest
   * is encoded as canonical JSON and hashed by SHA-256.
   */
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

  /**
   * Writes what the reference hash is taken of and servers sign: the redacted event without
   * signatures and unsigned, in canonical JSON.
   */
  byte[] essentials(JsonObject event) {
    return Signatures.signedBytes(rules.redact(event));
  }

  /** Computes the reference hash. */
  private byte[] reference(JsonObject event) {
    return Sha256.of(essentials(event));
  }

  /** Computes the event id, which is the reference hash. */
  EventId id(JsonObject event) {
    byte[] hash = reference(event);
    return EventId.of(
        "$"
            + (rules.has(Feature.URL_SAFE_EVENT_IDS)
                ? Base64Text.urlSafe(hash)
                : Base64Text.standard(hash)));
  }

  /** See {@link org.theseus.protocol.api.RoomVersion#references}. */
  JsonArray references(Collection<EventId> ids, EventSource events) {
    if (rules.has(Feature.HASHED_EVENT_IDS)) {
      return JsonArray.ofStrings(ids.stream().map(EventId::value).toList());
    }
    List<JsonValue> pairs = new ArrayList<>();
    for (EventId id : ids) {
      Event event =
          events
              .find(id)
              .orElseThrow(() -> new IllegalArgumentException("no such event: " + id))
              .event();
      pairs.add(
          new JsonArray(List.of(new JsonString(id.value()), sha256(reference(event.json())))));
    }
    return new JsonArray(pairs);
  }

  /**
   * Versions 1 and 2: gives an event that has none an id of its sender's server. It is made of the
   * content hash, so no two events of a server have the same.
   */
  JsonObject named(JsonObject event, ServerName server) {
    return rules.has(Feature.HASHED_EVENT_IDS) || event.has("event_id")
        ? event
        : event.with("event_id", "$" + Base64Text.urlSafe(content(event)) + ":" + server);
  }

  /** Writes a hash as the {@code hashes} member and references of versions 1 and 2 have it. */
  static JsonObject sha256(byte[] hash) {
    return JsonObject.EMPTY.with("sha256", Base64Text.standard(hash));
  }
}
