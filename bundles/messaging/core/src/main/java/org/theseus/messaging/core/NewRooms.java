package org.theseus.messaging.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.theseus.messaging.api.CreateRoom;
import org.theseus.pdu.api.Draft;
import org.theseus.pdu.api.NewRoom;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.RoomAlias;
import org.theseus.protocol.api.RoomVersion;
import org.theseus.protocol.api.UserId;

/** What a new room begins with: the events and levels other homeservers begin theirs with. */
final class NewRooms {
  private static final int USER = 0;
  private static final int MODERATOR = 50;
  private static final int ADMIN = 100;

  /** Above what anybody can be given: closing a room of version 12 is left to its creators. */
  private static final int CREATOR = 150;

  private NewRooms() {}

  static NewRoom of(CreateRoom wish, RoomVersion version, Optional<RoomAlias> alias) {
    UserId creator = wish.creator();
    List<Draft> events = new ArrayList<>();
    events.add(Draft.member(creator, creator, "join"));
    events.add(state(creator, "m.room.power_levels", powerLevels(wish, version)));
    alias.ifPresent(
        name -> events.add(state(creator, "m.room.canonical_alias", of("alias", name.value()))));
    events.add(
        state(
            creator, "m.room.join_rules", of("join_rule", wish.isPublic() ? "public" : "invite")));
    events.add(state(creator, "m.room.history_visibility", of("history_visibility", "shared")));
    return new NewRoom(version.id(), creator, JsonObject.EMPTY, events, alias);
  }

  private static JsonObject powerLevels(CreateRoom wish, RoomVersion version) {
    boolean creatorsAreAbove = version.traits().roomIdFromCreate();
    JsonObject events =
        JsonObject.builder()
            .put("m.room.avatar", MODERATOR)
            .put("m.room.canonical_alias", MODERATOR)
            .put("m.room.encryption", ADMIN)
            .put("m.room.history_visibility", ADMIN)
            .put("m.room.name", MODERATOR)
            .put("m.room.power_levels", ADMIN)
            .put("m.room.server_acl", ADMIN)
            .put("m.room.tombstone", creatorsAreAbove ? CREATOR : ADMIN)
            .build();
    JsonObject.Builder users = JsonObject.builder();
    if (!creatorsAreAbove) {
      users.put(wish.creator().value(), ADMIN);
    }
    return JsonObject.builder()
        .put("ban", MODERATOR)
        .put("events", events)
        .put("events_default", USER)
        .put("invite", wish.isPublic() ? MODERATOR : USER)
        .put("kick", MODERATOR)
        .put("redact", MODERATOR)
        .put("state_default", MODERATOR)
        .put("users", users.build())
        .put("users_default", USER)
        .build();
  }

  private static Draft state(UserId creator, String type, JsonObject content) {
    return Draft.state(creator, type, "", content);
  }

  private static JsonObject of(String name, String value) {
    return JsonObject.EMPTY.with(name, value);
  }
}
