package org.theseus.messaging.core;

import java.util.List;
import java.util.stream.IntStream;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.UserId;

/** Events before they are hashed and signed. */
final class Pdus {
  private Pdus() {}

  static JsonObject state(
      RoomId room, UserId sender, String type, String stateKey, JsonObject content) {
    return JsonObject.builder()
        .put("auth_events", JsonArray.ofStrings(List.of("$auth")))
        .put("content", content)
        .put("depth", 7)
        .put("origin_server_ts", 1_000)
        .put("prev_events", JsonArray.ofStrings(List.of("$prev")))
        .put("room_id", room.value())
        .put("sender", sender.value())
        .put("state_key", stateKey)
        .put("type", type)
        .build();
  }

  static JsonObject member(RoomId room, UserId sender, UserId target, String membership) {
    return state(
        room,
        sender,
        "m.room.member",
        target.value(),
        JsonObject.EMPTY.with("membership", membership));
  }

  static JsonObject create(UserId creator, String version) {
    return state(
            RoomId.of("!none"),
            creator,
            "m.room.create",
            "",
            JsonObject.EMPTY.with("room_version", version))
        .without("room_id")
        .with("prev_events", JsonArray.EMPTY)
        .with("auth_events", JsonArray.EMPTY);
  }

  static JsonArray references(int count) {
    return JsonArray.ofStrings(IntStream.range(0, count).mapToObj(i -> "$" + i).toList());
  }
}
