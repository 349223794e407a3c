package org.theseus.protocol.rules;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.EventSource;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.StateKey;
import org.theseus.protocol.api.StateMap;
import org.theseus.protocol.api.UserId;

/** A made-up room: its events, with ids as we like them, and rules that judge them. */
final class TestRoom implements EventSource {
  static final String ALICE = "@alice:a";
  static final String BOB = "@bob:b";
  static final String CAROL = "@carol:c";
  static final String DAVE = "@dave:d";

  final VersionRules rules;
  final TestEd25519 ed25519 = new TestEd25519();
  final AuthRules auth;
  final StateResolution resolution;
  final RoomId id;
  final Map<EventId, Event> events = new HashMap<>();
  final Set<EventId> rejected = new HashSet<>();

  private final boolean idFromCreate;

  TestRoom(VersionRules rules) {
    this.rules = rules;
    this.auth = new AuthRules(rules, ed25519);
    this.resolution = new StateResolution(rules, auth, new TrieStateMaps());
    this.idFromCreate = rules.has(Feature.ROOM_ID_FROM_CREATE);
    this.id = RoomId.of(idFromCreate ? "!create" : "!room:a");
  }

  /** Begins an event; without an id it has the next free one. */
  Draft event(String sender, String type) {
    return new Draft(sender, type);
  }

  Draft create() {
    Draft create = event(ALICE, EventTypes.CREATE).id("create").key("");
    return rules.has(Feature.CREATOR_IS_SENDER) ? create : create.content("creator", ALICE);
  }

  Draft member(String sender, String target, String membership) {
    return event(sender, EventTypes.MEMBER).key(target).content("membership", membership);
  }

  Draft join(String user) {
    return member(user, user, "join");
  }

  Draft levels(String sender, Object... content) {
    return event(sender, EventTypes.POWER_LEVELS).key("").content(content);
  }

  Draft joinRule(String sender, String rule) {
    return event(sender, EventTypes.JOIN_RULES).key("").content("join_rule", rule);
  }

  Draft topic(String sender, String topic) {
    return event(sender, "m.room.topic").key("").content("topic", topic);
  }

  Event get(String name) {
    return events.get(EventId.of("$" + name));
  }

  @Override
  public Optional<Judged> find(EventId wanted) {
    return Optional.ofNullable(events.get(wanted))
        .map(event -> new Judged(event, rejected.contains(wanted)));
  }

  /** The same events, with an index over their auth_events. */
  MemoryEvents indexed() {
    MemoryEvents indexed = new MemoryEvents();
    Deque<Event> open = new ArrayDeque<>(events.values());
    while (!open.isEmpty()) {
      Event event = open.pop();
      List<Event> before =
          event.authEvents().stream()
              .map(events::get)
              .filter(cited -> cited != null && indexed.find(cited.id()).isEmpty())
              .toList();
      if (before.isEmpty()) {
        if (indexed.find(event.id()).isEmpty()) {
          indexed.add(event, rejected.contains(event.id()));
        }
      } else {
        open.push(event);
        before.forEach(open::push);
      }
    }
    return indexed;
  }

  /** The state made of some events. */
  StateMap state(Event... state) {
    StateMap map = new TrieStateMaps().empty();
    for (Event event : state) {
      map = map.with(event.slot().orElseThrow(), event.id());
    }
    return map;
  }

  StateMap resolve(StateMap... states) {
    return resolution.explain(List.of(states), this).state();
  }

  Optional<Event> inForce(StateMap state, StateKey slot) {
    return state.get(slot).map(events::get);
  }

  /** An event being written. */
  final class Draft {
    private final UserId sender;
    private final String type;
    private String name = "e" + events.size();
    private Optional<String> key = Optional.empty();
    private JsonObject content = JsonObject.EMPTY;
    private JsonObject json = JsonObject.EMPTY;
    private List<EventId> prev = List.of();
    private List<EventId> auth = List.of();
    private long depth;
    private long time = events.size();
    private RoomId room = id;

    private Draft(String sender, String type) {
      this.sender = UserId.of(sender);
      this.type = type;
    }

    Draft id(String chosen) {
      name = chosen;
      return this;
    }

    Draft key(String chosen) {
      key = Optional.of(chosen);
      return this;
    }

    Draft noKey() {
      key = Optional.empty();
      return this;
    }

    Draft content(Object... members) {
      return content(TestJson.object(members));
    }

    Draft content(JsonObject chosen) {
      content = chosen;
      return this;
    }

    Draft with(String member, Object value) {
      content = content.with(member, TestJson.value(value));
      return this;
    }

    Draft json(String member, Object value) {
      json = json.with(member, TestJson.value(value));
      return this;
    }

    Draft prev(Event... events) {
      prev = Stream.of(events).map(Event::id).toList();
      return this;
    }

    Draft auth(Event... events) {
      auth = Stream.of(events).map(Event::id).toList();
      return this;
    }

    Draft auth(List<EventId> ids) {
      auth = ids;
      return this;
    }

    /** Cites what a server would that has this state. */
    Draft authFrom(StateMap state) {
      List<EventId> ids = new ArrayList<>();
      TestRoom.this.auth.authSlots(type, key, sender, content).stream()
          .sorted()
          .forEach(slot -> state.get(slot).ifPresent(ids::add));
      return auth(ids);
    }

    Draft time(long chosen) {
      time = chosen;
      return this;
    }

    Draft depth(long chosen) {
      depth = chosen;
      return this;
    }

    Draft room(String chosen) {
      room = RoomId.of(chosen);
      return this;
    }

    Event build() {
      Optional<EventId> redacts =
          content
              .string("redacts")
              .or(() -> json.string("redacts"))
              .filter(id -> !id.isEmpty())
              .map(EventId::of);
      JsonObject whole = json.with("content", content);
      if (!(idFromCreate && type.equals(EventTypes.CREATE))) {
        whole = whole.with("room_id", room.value());
      }
      whole =
          whole.with(
              "auth_events", JsonArray.ofStrings(auth.stream().map(EventId::value).toList()));
      return new Event(
          EventId.of("$" + name),
          idFromCreate && type.equals(EventTypes.CREATE) ? RoomId.of("!" + name) : room,
          sender,
          type,
          key,
          content,
          prev,
          auth,
          depth,
          time,
          redacts,
          whole);
    }

    /** Ends the event and adds it to the room. */
    Event add() {
      Event event = build();
      if (events.putIfAbsent(event.id(), event) != null) {
        throw new IllegalStateException("twice: " + event.id());
      }
      return event;
    }
  }
}
