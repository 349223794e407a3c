package org.theseus.itests.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.JsonNumber;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.RoomVersion;
import org.theseus.protocol.api.StateKey;
import org.theseus.protocol.api.StateMap;
import org.theseus.protocol.api.StateRoot;
import org.theseus.protocol.api.UserId;
import org.theseus.protocol.rules.MemoryEvents;
import org.theseus.protocol.rules.TrieStateMaps;

/** A room of many members, with a history of power levels, and two branches it fell apart into. */
final class BenchRoom {
  private static final String ADMIN = "@admin:a.example";
  private static final int POWER_LEVELS = 20;

  private final RoomVersion version;
  private final RoomId id;
  private final MemoryEvents events = new MemoryEvents();
  private final Map<StateRoot, byte[]> nodes = new HashMap<>();
  private int count;

  final List<StateMap> branches;

  BenchRoom(RoomVersion version, int members, int conflicts) {
    this.version = version;
    this.id = RoomId.of(version.traits().roomIdFromCreate() ? "!0" : "!room:a.example");
    StateMap state = new TrieStateMaps().empty();
    JsonObject create = JsonObject.EMPTY.with("room_version", version.id());
    state = add(state, ADMIN, "m.room.create", "", create);
    state = member(state, ADMIN, ADMIN, "join");
    state = levels(state, 0);
    state =
        add(state, ADMIN, "m.room.join_rules", "", JsonObject.EMPTY.with("join_rule", "public"));
    for (int i = 0; i < members; i++) {
      if (i % (members / POWER_LEVELS) == 0) {
        state = levels(state, i);
      }
      state = member(state, user(i), user(i), "join");
    }
    branches =
        List.of(stored(branch(state, 0, conflicts / 2)), stored(branch(state, 1, conflicts / 2)));
  }

  /** Opened from its stored nodes, of which the map keeps those that a resolution loads. */
  private StateMap stored(StateMap state) {
    state.forEachNode(nodes::containsKey, node -> nodes.put(node.root(), node.bytes()));
    return new TrieStateMaps().open(state.root(), root -> Optional.ofNullable(nodes.get(root)));
  }

  MemoryEvents events() {
    return events;
  }

  /** A fourth of what happens is of the kind that decides about the rest. */
  private StateMap branch(StateMap from, int number, int length) {
    StateMap state = levels(from, -1 - number);
    for (int i = 1; i < length; i++) {
      state =
          switch (i % 4) {
            case 0 -> member(state, ADMIN, user(i), number == 0 ? "ban" : "leave");
            case 1 -> member(state, user(i), user(i), number == 0 ? "leave" : "join");
            case 2 -> add(state, ADMIN, "x", "" + i, JsonObject.EMPTY.with("x", "" + number));
            default -> member(state, ADMIN, "@guest" + i + ":c.example", "invite");
          };
    }
    return state;
  }

  private StateMap levels(StateMap state, int eventsDefault) {
    JsonObject users =
        version.traits().roomIdFromCreate()
            ? JsonObject.EMPTY
            : JsonObject.EMPTY.with(ADMIN, JsonNumber.of(100));
    JsonObject content =
        JsonObject.EMPTY
            .with("users", users)
            .with("events", JsonObject.EMPTY.with("x", JsonNumber.of(eventsDefault)));
    return add(state, ADMIN, "m.room.power_levels", "", content);
  }

  private StateMap member(StateMap state, String sender, String user, String membership) {
    JsonObject content = JsonObject.EMPTY.with("membership", membership);
    return add(state, sender, "m.room.member", user, content);
  }

  private StateMap add(StateMap state, String sender, String type, String key, JsonObject content) {
    UserId user = UserId.of(sender);
    List<EventId> auth = new ArrayList<>();
    version.authSlots(type, Optional.of(key), user, content).stream()
        .sorted()
        .forEach(slot -> state.get(slot).ifPresent(auth::add));
    Event event =
        new Event(
            EventId.of("$" + count),
            id,
            user,
            type,
            Optional.of(key),
            content,
            count == 1 ? List.of(EventId.of("$0")) : List.of(),
            auth,
            count,
            count++,
            Optional.empty(),
            JsonObject.EMPTY);
    events.add(event, false);
    return state.with(new StateKey(type, key), event.id());
  }

  private static String user(int number) {
    return "@user" + number + ":b.example";
  }
}
