package org.theseus.ops.shell;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.theseus.messaging.api.CreateRoom;
import org.theseus.messaging.api.Messaging;
import org.theseus.messaging.api.RoomEvent;
import org.theseus.messaging.api.RoomSummary;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.RoomAlias;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.UserId;

/** Notes what it is asked for and answers what it was told to. */
final class FakeMessaging implements Messaging {
  static final RoomId ROOM = RoomId.of("!room");
  static final EventId EVENT = EventId.of("$event");

  final List<String> calls = new ArrayList<>();
  final Deque<CompletableFuture<?>> answers = new ArrayDeque<>();
  List<RoomEvent> events = List.of();
  List<RoomSummary> rooms = List.of();

  @SuppressWarnings("unchecked")
  private <T> CompletionStage<T> answer(T usual, Object... call) {
    calls.add(String.join(" ", Arrays.stream(call).map(String::valueOf).toList()));
    CompletableFuture<?> told = answers.poll();
    return told == null ? CompletableFuture.completedFuture(usual) : (CompletionStage<T>) told;
  }

  @Override
  public CompletionStage<RoomId> create(CreateRoom room) {
    return answer(
        ROOM, "create", room.creator(), room.version(), room.isPublic(), room.aliasLocalpart());
  }

  @Override
  public CompletionStage<RoomId> join(UserId user, RoomId room, List<ServerName> via) {
    return answer(ROOM, "join", user, room, via);
  }

  @Override
  public CompletionStage<RoomId> join(UserId user, RoomAlias alias, List<ServerName> via) {
    return answer(ROOM, "join alias", user, alias, via);
  }

  @Override
  public CompletionStage<EventId> invite(UserId user, RoomId room, UserId invitee) {
    return answer(EVENT, "invite", user, room, invitee);
  }

  @Override
  public CompletionStage<EventId> leave(UserId user, RoomId room) {
    return answer(EVENT, "leave", user, room);
  }

  @Override
  public CompletionStage<EventId> send(
      UserId user, RoomId room, String type, Optional<String> stateKey, JsonObject content) {
    return answer(EVENT, "send", user, room, type, stateKey, content);
  }

  @Override
  public CompletionStage<EventId> redact(UserId user, RoomId room, EventId event) {
    return answer(EVENT, "redact", user, room, event);
  }

  @Override
  public CompletionStage<List<RoomSummary>> rooms() {
    return answer(rooms, "rooms");
  }

  @Override
  public CompletionStage<List<RoomEvent>> memberships(UserId user) {
    return answer(events, "memberships", user);
  }

  @Override
  public CompletionStage<List<RoomEvent>> state(RoomId room) {
    return answer(events, "state", room);
  }

  @Override
  public CompletionStage<List<RoomEvent>> timeline(RoomId room, int limit) {
    return answer(events, "timeline", room, limit);
  }

  @Override
  public CompletionStage<Integer> backfill(RoomId room, int limit) {
    return answer(0, "backfill", room, limit);
  }

  @Override
  public CompletionStage<AliasTarget> resolve(RoomAlias alias) {
    return answer(new AliasTarget(ROOM, List.of()), "resolve", alias);
  }
}
