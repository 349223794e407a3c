package org.theseus.launcher.event;

import java.util.List;
import org.theseus.launcher.Failure;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.InvalidEventException;
import org.theseus.protocol.api.InvalidIdentifierException;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonNumber;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonString;
import org.theseus.protocol.api.JsonValue;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.RoomVersion;

/**
 * Reads events that need not be complete: what the version's format asks for and the rules can do
 * without is supplied while it is read, and is no part of the event. Ids are opaque: an event id
 * that is given wins over the computed one, a room id needs no sigil.
 */
final class EventReader {
  static final String THE_EVENT = "the event";

  private static final String EVENT_ID = "event_id";
  private static final String CONTENT = "content";
  private static final String REDACTS = "redacts";

  /** What the format asks for; objects are added as empty ones. */
  private static final List<String> FORMAT =
      List.of("type", "sender", "room_id", "state_key", REDACTS, "depth", "origin_server_ts");

  private static final int MAX_EVENT_BYTES = 65_536;
  private static final EventId NAMELESS = EventId.of("$");

  private final RoomVersion version;

  EventReader(RoomVersion version) {
    this.version = version;
  }

  /**
   * Reads an event that others refer to.
   *
   * @param what names it in messages
   * @param depth its depth, unless it states one
   */
  Event read(JsonObject pdu, String what, long depth) throws Failure {
    return read(pdu, id(pdu, what), what, depth);
  }

  /** Reads an event that nobody refers to, so that it needs no id. */
  Event read(JsonObject pdu) throws Failure {
    boolean nameless = version.traits().statedIds() && !pdu.has(EVENT_ID);
    return read(pdu, nameless ? NAMELESS : id(pdu, THE_EVENT), THE_EVENT, 0);
  }

  private Event read(JsonObject pdu, EventId id, String what, long depth) throws Failure {
    checkWhole(pdu, what);
    try {
      Event parsed = version.parse(completed(pdu, depth));
      return new Event(
          id,
          roomId(parsed, id),
          parsed.sender(),
          parsed.type(),
          parsed.stateKey(),
          pdu.object(CONTENT).orElseThrow(),
          references(pdu, "prev_events"),
          references(pdu, "auth_events"),
          parsed.depth(),
          parsed.originServerTs(),
          parsed.redacts(),
          pdu);
    } catch (InvalidEventException e) {
      throw Failure.usage(what + " cannot be used: " + e.error().error());
    } catch (InvalidIdentifierException e) {
      throw Failure.usage(what + " cannot be used: " + e.getMessage());
    }
  }

  /** Tells an event's id: the one it has, or the computed one. */
  EventId id(JsonObject pdu, String what) throws Failure {
    if (!version.traits().statedIds() && !pdu.has(EVENT_ID)) {
      return version.eventId(pdu);
    }
    String given = pdu.string(EVENT_ID).orElse("");
    if (given.isEmpty()) {
      throw Failure.usage("the event_id of " + what + " is missing, empty or no string");
    }
    return EventId.of(given);
  }

  /** The room id of version 12 is made from the create event's id, given or computed. */
  private RoomId roomId(Event parsed, EventId id) {
    if (!version.traits().roomIdFromCreate() || !parsed.type().equals("m.room.create")) {
      return parsed.roomId();
    }
    String value = id.value();
    return RoomId.of("!" + (value.startsWith("$") ? value.substring(1) : value));
  }

  /** Asks what is a question of the event as it was given. */
  private void checkWhole(JsonObject pdu, String what) throws Failure {
    if (pdu.toSortedBytes().length > MAX_EVENT_BYTES) {
      throw Failure.usage(
          what + " cannot be used: the event is larger than " + MAX_EVENT_BYTES + " bytes");
    }
    if (version.traits().canonicalJson() && !Input.isCanonical(pdu)) {
      throw Failure.usage(what + " cannot be used: a number in the event is not canonical JSON");
    }
  }

  /**
   * What is left to ask of an event, with what it lacks, and without all that is large: what is
   * supplied must not make an event too large that is not.
   */
  private JsonObject completed(JsonObject pdu, long depth) {
    JsonObject.Builder whole = JsonObject.builder();
    FORMAT.forEach(name -> pdu.get(name).ifPresent(value -> whole.put(name, value)));
    for (String name : List.of(CONTENT, "hashes", "signatures", "unsigned")) {
      pdu.get(name)
          .ifPresent(
              value -> whole.put(name, value instanceof JsonObject ? JsonObject.EMPTY : value));
    }
    pdu.object(CONTENT)
        .flatMap(content -> content.get(REDACTS))
        .ifPresent(redacts -> whole.put(CONTENT, JsonObject.EMPTY.with(REDACTS, redacts)));
    supply(whole, "depth", JsonNumber.of(depth));
    supply(whole, "origin_server_ts", JsonNumber.of(0));
    for (String name : List.of("prev_events", "auth_events")) {
      whole.put(name, withoutReferences(pdu.get(name).orElse(JsonArray.EMPTY)));
    }
    pdu.string("room_id")
        .filter(room -> !room.startsWith("!"))
        .ifPresent(room -> whole.put("room_id", "!!" + room));
    if (version.traits().statedIds()) {
      whole.put(EVENT_ID, "$given:id");
    }
    return whole.build();
  }

  private static void supply(JsonObject.Builder whole, String name, JsonValue value) {
    if (!whole.has(name)) {
      whole.put(name, value);
    }
  }

  /** Leaves for the format to judge what of an array is no reference. */
  private JsonValue withoutReferences(JsonValue value) {
    return value instanceof JsonArray array
        ? new JsonArray(array.elements().stream().filter(element -> !isReference(element)).toList())
        : value;
  }

  /** Versions 1 and 2 name events by pairs of id and hashes; plain ids are as good here. */
  private boolean isReference(JsonValue element) {
    return element instanceof JsonString id
        ? !id.value().isEmpty()
        : version.traits().statedIds()
            && element instanceof JsonArray pair
            && pair.elements().size() == 2
            && pair.elements().get(0) instanceof JsonString first
            && !first.value().isEmpty();
  }

  /** Reads references, which all are when the format has found nothing amiss. */
  private static List<EventId> references(JsonObject pdu, String name) {
    return pdu.array(name).orElse(JsonArray.EMPTY).elements().stream()
        .map(element -> element instanceof JsonArray pair ? pair.elements().get(0) : element)
        .map(id -> EventId.of(((JsonString) id).value()))
        .toList();
  }
}
