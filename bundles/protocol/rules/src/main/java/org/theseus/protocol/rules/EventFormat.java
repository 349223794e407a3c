package org.theseus.protocol.rules;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.InvalidEventException;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonNull;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonString;
import org.theseus.protocol.api.JsonValue;
import org.theseus.protocol.api.MatrixError;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.UserId;

/**
 * The event format of a room version: what an event must look like not to be dropped, and reading
 * it. It does not ask how many prev_events and auth_events there are, for that is no question of
 * the format where history is filled in; see {@link Event#exceedsReferenceLimits}.
 *
 * @see <a href="https://spec.matrix.org/v1.19/client-server-api/#size-limits">Size limits</a>
 */
final class EventFormat {
  private static final int MAX_EVENT_BYTES = 65_536;
  private static final int MAX_IDENTIFIER = 255;

  private final VersionRules rules;
  private final EventHashes hashes;

  EventFormat(VersionRules rules, EventHashes hashes) {
    this.rules = rules;
    this.hashes = hashes;
  }

  /**
   * Checks and reads an event.
   *
   * @throws InvalidEventException if it is to be dropped
   */
  Event parse(JsonObject pdu) {
    if (!pdu.isWellFormed()) {
      throw invalid("the event holds a name twice or half a surrogate pair");
    }
    if (rules.has(Feature.CANONICAL_JSON) && !CanonicalJson.isCanonical(pdu)) {
      throw invalid("a number in the event is not canonical JSON");
    }
    if (pdu.toSortedBytes().length > MAX_EVENT_BYTES) {
      throw tooLarge("the event is larger than " + MAX_EVENT_BYTES + " bytes");
    }
    for (String name : List.of("hashes", "signatures", "unsigned")) {
      optional(pdu, name, JsonObject.class);
    }
    String type = identifier(pdu, "type");
    UserId sender =
        UserId.parse(identifier(pdu, "sender")).orElseThrow(() -> invalid("sender is no user id"));
    Optional<String> stateKey =
        pdu.has("state_key") ? Optional.of(identifier(pdu, "state_key")) : Optional.empty();
    JsonObject content = required(pdu, "content", JsonObject.class);
    List<EventId> prevEvents = eventIds(pdu, "prev_events");
    List<EventId> authEvents = eventIds(pdu, "auth_events");
    long depth = integer(pdu, "depth");
    if (depth < 0) {
      throw invalid("depth is negative");
    }
    long originServerTs = integer(pdu, "origin_server_ts");
    Optional<EventId> redacts = redacts(pdu, type, content);
    EventId id = id(pdu);
    if (!rules.has(Feature.HASHED_EVENT_IDS) && EventSignatures.domain(id).isEmpty()) {
      throw invalid("event_id names no server");
    }
    RoomId roomId = roomId(pdu, type, id);
    return new Event(
        id,
        roomId,
        sender,
        type,
        stateKey,
        content,
        prevEvents,
        authEvents,
        depth,
        originServerTs,
        redacts,
        pdu);
  }

  /** Computes an event's id or, in versions 1 and 2, reads it: {@code $opaque:domain}. */
  EventId id(JsonObject pdu) {
    if (rules.has(Feature.HASHED_EVENT_IDS)) {
      return hashes.id(pdu);
    }
    String stated = identifier(pdu, "event_id");
    if (stated.isEmpty()) {
      throw invalid("event_id is empty");
    }
    return EventId.of(stated);
  }

  /**
   * Tells which identifier is over 255 bytes though not over 255 code points; such an event is
   * rejected rather than dropped in those versions that count code points.
   */
  Optional<String> oversized(Event event) {
    return Stream.of("type", "sender", "room_id", "state_key")
        .filter(name -> event.json().string(name).filter(EventFormat::isOverLimit).isPresent())
        .findFirst()
        .or(() -> isOverLimit(event.id().value()) ? Optional.of("event_id") : Optional.empty());
  }

  /** Tells whether an identifier is longer than 255 bytes. */
  static boolean isOverLimit(String identifier) {
    return identifier.length() * 3 > MAX_IDENTIFIER
        && identifier.getBytes(StandardCharsets.UTF_8).length > MAX_IDENTIFIER;
  }

  /** Tells whether a text in some content is a user id that could be a sender. */
  static boolean isUserId(String text) {
    return !isOverLimit(text) && UserId.parse(text).isPresent();
  }

  private RoomId roomId(JsonObject pdu, String type, EventId id) {
    if (rules.has(Feature.ROOM_ID_FROM_CREATE) && type.equals(EventTypes.CREATE)) {
      return RoomId.of("!" + id.value().substring(1));
    }
    return RoomId.parse(identifier(pdu, "room_id"))
        .orElseThrow(() -> invalid("room_id is no room id"));
  }

  private Optional<EventId> redacts(JsonObject pdu, String type, JsonObject content) {
    JsonObject place = pdu;
    if (rules.has(Feature.REDACTS_IN_CONTENT)) {
      place = content;
    } else {
      optional(pdu, "redacts", JsonString.class);
    }
    return type.equals(EventTypes.REDACTION)
        ? place.string("redacts").filter(target -> !target.isEmpty()).map(EventId::of)
        : Optional.empty();
  }

  private String identifier(JsonObject pdu, String name) {
    String value = required(pdu, name, JsonString.class).value();
    if (value.codePointCount(0, value.length()) > MAX_IDENTIFIER
        || (rules.has(Feature.IDENTIFIERS_IN_BYTES) && isOverLimit(value))) {
      throw tooLarge(name + " is longer than " + MAX_IDENTIFIER);
    }
    return value;
  }

  private static long integer(JsonObject pdu, String name) {
    return pdu.integer(name).orElseThrow(() -> invalid(name + " is missing or no integer"));
  }

  private List<EventId> eventIds(JsonObject pdu, String name) {
    List<EventId> ids = new ArrayList<>();
    for (JsonValue element : required(pdu, name, JsonArray.class).elements()) {
      if (!(reference(element) instanceof JsonString id) || id.value().isEmpty()) {
        throw invalid(name + " holds what is no event id");
      }
      ids.add(EventId.of(id.value()));
    }
    return ids;
  }

  /** Versions 1 and 2 refer to an event by its id and its hashes. */
  private JsonValue reference(JsonValue element) {
    if (rules.has(Feature.HASHED_EVENT_IDS)) {
      return element;
    }
    return element instanceof JsonArray pair && pair.elements().size() == 2
        ? pair.elements().get(0)
        : JsonNull.NULL;
  }

  private static <T extends JsonValue> T required(JsonObject pdu, String name, Class<T> type) {
    return optional(pdu, name, type).orElseThrow(() -> invalid(name + " is missing"));
  }

  private static <T extends JsonValue> Optional<T> optional(
      JsonObject pdu, String name, Class<T> type) {
    Optional<JsonValue> value = pdu.get(name);
    if (value.isPresent() && !type.isInstance(value.get())) {
      throw invalid(name + " has the wrong type");
    }
    return value.map(type::cast);
  }

  private static InvalidEventException invalid(String message) {
    return new InvalidEventException(MatrixError.BAD_JSON, message);
  }

  private static InvalidEventException tooLarge(String message) {
    return new InvalidEventException(MatrixError.TOO_LARGE, message);
  }
}
