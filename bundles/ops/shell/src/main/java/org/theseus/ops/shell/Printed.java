package org.theseus.ops.shell;

import java.util.List;
import java.util.function.Function;
import org.theseus.messaging.api.RoomEvent;
import org.theseus.messaging.api.RoomSummary;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonNumber;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonValue;

/** Results as people and as machines read them. */
final class Printed {
  private Printed() {}

  static void id(Arguments given, String name, String id) {
    if (given.isJson()) {
      Output.json(JsonObject.EMPTY.with(name, id));
    } else {
      Output.line(id);
    }
  }

  static void number(Arguments given, String name, long number) {
    if (given.isJson()) {
      Output.json(JsonObject.EMPTY.with(name, JsonNumber.of(number)));
    } else {
      Output.line(Long.toString(number));
    }
  }

  static <T> void list(
      Arguments given,
      List<T> results,
      Function<T, ? extends JsonValue> json,
      Function<T, String> line) {
    if (given.isJson()) {
      Output.json(new JsonArray(results.stream().<JsonValue>map(json).toList()));
    } else {
      results.stream().map(line).forEach(Output::line);
    }
  }

  static JsonObject json(RoomEvent event) {
    JsonObject json = event.json().with("event_id", event.eventId().value());
    return event
        .redactedBy()
        .map(redaction -> json.with("redacted_by", redaction.value()))
        .orElse(json);
  }

  static String stateLine(RoomEvent event) {
    String key = event.stateKey().orElse("");
    return event.type() + " " + (key.isEmpty() ? "\"\"" : key) + " " + event.content();
  }

  static String membershipLine(RoomEvent event) {
    String membership = event.content().string("membership").orElse("");
    return event.roomId() + " " + membership + " " + event.sender();
  }

  static String timelineLine(RoomEvent event) {
    String said =
        event.type().equals("m.room.message")
            ? event.content().string("body").orElse("")
            : event.type()
                + event.stateKey().map(key -> " " + (key.isEmpty() ? "\"\"" : key)).orElse("")
                + " "
                + event.content();
    return event.eventId()
        + " "
        + event.sender()
        + " "
        + (event.redactedBy().isPresent() ? "(redacted) " : "")
        + said;
  }

  static JsonObject json(RoomSummary room) {
    JsonObject.Builder json =
        JsonObject.builder()
            .put("room_id", room.roomId().value())
            .put("room_version", room.version())
            .put("participation", room.participation())
            .put("joined_members", room.joinedMembers());
    room.name().ifPresent(name -> json.put("name", name));
    return json.build();
  }

  static String line(RoomSummary room) {
    return room.roomId()
        + " "
        + room.version()
        + " "
        + room.participation()
        + " "
        + room.joinedMembers()
        + room.name().map(name -> " " + name).orElse("");
  }
}
