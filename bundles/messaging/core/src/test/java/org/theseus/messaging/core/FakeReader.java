package org.theseus.messaging.core;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.theseus.pdu.api.Explanation;
import org.theseus.pdu.api.RoomInfo;
import org.theseus.pdu.api.RoomInfo.Participation;
import org.theseus.pdu.api.RoomReader;
import org.theseus.pdu.api.TimelineEvent;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.StateKey;
import org.theseus.protocol.api.UserId;

/** Rooms in maps. */
final class FakeReader implements RoomReader {
  final Map<RoomId, RoomInfo> rooms = new TreeMap<>();
  final Map<RoomId, Map<StateKey, Event>> state = new HashMap<>();
  final Map<String, Event> memberships = new HashMap<>();
  final Set<ServerName> denied = new HashSet<>();

  void room(RoomId id, String version, Participation participation) {
    rooms.put(id, new RoomInfo(id, version, participation));
  }

  void inForce(Event event) {
    state
        .computeIfAbsent(event.roomId(), any -> new HashMap<>())
        .put(event.slot().orElseThrow(), event);
  }

  void member(UserId user, Event event) {
    memberships.put(user + " " + event.roomId(), event);
  }

  @Override
  public List<RoomInfo> rooms() {
    return List.copyOf(rooms.values());
  }

  @Override
  public Optional<RoomInfo> room(RoomId room) {
    return Optional.ofNullable(rooms.get(room));
  }

  @Override
  public List<Event> state(RoomId room) {
    return List.copyOf(state.getOrDefault(room, Map.of()).values());
  }

  @Override
  public Optional<Event> state(RoomId room, StateKey slot) {
    return Optional.ofNullable(state.getOrDefault(room, Map.of()).get(slot));
  }

  @Override
  public Optional<Explanation> explain(RoomId room, StateKey slot) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<TimelineEvent> timeline(RoomId room, int limit) {
    return state(room).stream()
        .limit(limit)
        .map(event -> new TimelineEvent(event, 1, Optional.empty()))
        .toList();
  }

  @Override
  public Optional<Event> event(EventId id) {
    return state.values().stream()
        .flatMap(events -> events.values().stream())
        .filter(event -> event.id().equals(id))
        .findFirst();
  }

  @Override
  public Set<ServerName> servers(RoomId room) {
    Set<ServerName> servers = new HashSet<>();
    for (Event event : state(room)) {
      if (event.type().equals("m.room.member")) {
        servers.add(UserId.of(event.stateKey().orElseThrow()).server());
      }
    }
    return servers;
  }

  @Override
  public boolean allows(RoomId room, ServerName server) {
    return !denied.contains(server);
  }

  @Override
  public Optional<Event> membership(UserId user, RoomId room) {
    return Optional.ofNullable(memberships.get(user + " " + room))
        .or(() -> state(room, StateKey.member(user)));
  }

  @Override
  public List<Event> memberships(UserId user) {
    return rooms.keySet().stream().flatMap(room -> membership(user, room).stream()).toList();
  }
}
