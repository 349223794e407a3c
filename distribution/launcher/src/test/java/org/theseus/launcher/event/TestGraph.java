package org.theseus.launcher.event;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonNumber;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonString;
import org.theseus.protocol.api.JsonValue;

/**
 * A made-up room, its events named by single words. An event follows the last one and cites what
 * the auth events selection would, unless told otherwise; its time is the number of events before.
 */
final class TestGraph {
  static final String ALICE = "@alice:x";
  static final String BOB = "@bob:y";
  static final String CAROL = "@carol:z";

  private final int version;
  private final List<JsonObject> events = new ArrayList<>();

  TestGraph(int version) {
    this.version = version;
    String content = version < 11 ? "{'creator':'@alice:x'}" : "{}";
    event("create", ALICE, "m.room.create", "", content).after().citing();
    event("alice", ALICE, "m.room.member", ALICE, "{'membership':'join'}").citing("create");
    event("levels", ALICE, "m.room.power_levels", "", levels(50)).citing("create", "alice");
    event("rule", ALICE, "m.room.join_rules", "", "{'join_rule':'public'}")
        .citing("create", "alice", "levels");
    event("bob", BOB, "m.room.member", BOB, "{'membership':'join'}")
        .citing("create", "levels", "rule");
  }

  /** Power levels of alice, who created the room, and bob. */
  String levels(int bob) {
    String alice = version < 12 ? "'@alice:x':100," : "";
    return "{'users':{" + alice + "'@bob:y':" + bob + "}}";
  }

  /** Begins a state event after the last one. */
  TestGraph event(String id, String sender, String type, String key, String content) {
    JsonObject event =
        ((JsonObject)
                Typed.json("{'content':".replace('\'', '"') + content.replace('\'', '"') + "}"))
            .with("event_id", id)
            .with("sender", sender)
            .with("type", type)
            .with("state_key", key)
            .with("origin_server_ts", JsonNumber.of(events.size()));
    if (version < 12 || !type.equals("m.room.create")) {
      event = event.with("room_id", version < 12 ? "!room:x" : "!create");
    }
    if (!events.isEmpty()) {
      event = event.with("prev_events", ids(List.of(last().string("event_id").orElseThrow())));
    }
    events.add(event);
    return this;
  }

  /** Says what the last event follows. */
  TestGraph after(String... ids) {
    return with("prev_events", ids(List.of(ids)));
  }

  /** Says what the last event cites, where its version selects it. */
  TestGraph citing(String... ids) {
    return with(
        "auth_events",
        ids(
            List.of(ids).stream()
                .filter(id -> version < 12 || !id.equals("create"))
                .collect(Collectors.toList())));
  }

  /** Sets a member of the last event. */
  TestGraph with(String name, JsonValue value) {
    events.set(events.size() - 1, last().with(name, value));
    return this;
  }

  /** Takes a member of the last event away. */
  TestGraph without(String name) {
    events.set(events.size() - 1, last().without(name));
    return this;
  }

  /** The last event comes first. */
  void toFront() {
    events.add(0, take());
  }

  JsonObject last() {
    return events.get(events.size() - 1);
  }

  /** The last event is no longer part of the graph. */
  JsonObject take() {
    return events.remove(events.size() - 1);
  }

  JsonArray json() {
    return new JsonArray(List.copyOf(events));
  }

  String file(Path directory) throws IOException {
    Path file = Files.createTempFile(directory, "events", ".json");
    Files.write(file, json().toBytes());
    return file.toString();
  }

  Typed replay() {
    return Typed.event(json().toBytes(), "replay --room-version " + version);
  }

  Typed resolve(Path directory, String... states) throws IOException {
    List<JsonValue> sets = new ArrayList<>();
    for (String state : states) {
      sets.add(ids(List.of(state.split(" ", -1))));
    }
    return Typed.event(
        new JsonArray(sets).toBytes(),
        "resolve --room-version " + version + " --events " + file(directory));
  }

  Typed auth(Path directory, JsonObject event) throws IOException {
    return Typed.event(
        event.toBytes(), "auth --room-version " + version + " --auth-events " + file(directory));
  }

  /** The ids in an answer of [type, state key, id], without the create event. */
  static List<String> ids(Typed answer) {
    return ((JsonArray) answer.json())
        .elements().stream()
            .map(entry -> ((JsonArray) entry).strings().get(2))
            .filter(id -> !id.equals("create"))
            .toList();
  }

  private static JsonArray ids(List<String> ids) {
    return new JsonArray(ids.stream().<JsonValue>map(JsonString::new).toList());
  }

  /** Versions 1 and 2 name events by pairs. */
  static JsonArray pairs(String... ids) {
    return new JsonArray(
        List.of(ids).stream()
            .<JsonValue>map(
                id ->
                    new JsonArray(
                        List.of(
                            new JsonString(id),
                            new JsonObject(Map.of("sha256", new JsonString("x"))))))
            .toList());
  }
}
