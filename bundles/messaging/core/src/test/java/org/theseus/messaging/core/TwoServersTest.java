package org.theseus.messaging.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.theseus.messaging.core.World.content;
import static org.theseus.messaging.core.World.get;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.theseus.messaging.api.CreateRoom;
import org.theseus.messaging.api.RoomEvent;
import org.theseus.messaging.api.RoomSummary;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.MatrixException;
import org.theseus.protocol.api.RoomAlias;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.StateKey;
import org.theseus.protocol.api.TransientException;
import org.theseus.protocol.api.UserId;

/** Two servers in one JVM, on real graphs, rules and stores: the paths users take. */
@Timeout(60)
class TwoServersTest {
  @TempDir Path folder;
  private final Map<ServerName, RealServer> servers = new HashMap<>();
  private RealServer a;
  private RealServer b;
  private UserId alice;
  private UserId bob;

  @BeforeEach
  void start() {
    a = new RealServer("a.example", folder, servers);
    b = new RealServer("b.example", folder, servers);
    alice = a.identity().user("alice");
    bob = b.identity().user("bob");
  }

  @AfterEach
  void stop() {
    a.close();
    b.close();
  }

  private RoomId create(String version, boolean isPublic, String alias) {
    return get(a.messaging().create(new CreateRoom(alice, version, isPublic, Optional.of(alias))));
  }

  private EventId say(RealServer server, UserId user, RoomId room, String text) {
    return get(
        server
            .messaging()
            .send(
                user,
                room,
                "m.room.message",
                Optional.empty(),
                content("msgtype", "m.text").with("body", text)));
  }

  private void deliver() {
    a.deliverTo(b);
    b.deliverTo(a);
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    while (!condition.getAsBoolean()) {
      Thread.sleep(5);
    }
  }

  private static Map<StateKey, EventId> state(RealServer server, RoomId room) {
    Map<StateKey, EventId> state = new HashMap<>();
    for (Event event : server.rooms.state(room)) {
      state.put(event.slot().orElseThrow(), event.id());
    }
    return state;
  }

  private static String membership(RealServer server, UserId user, RoomId room) {
    return member(server, user, room).map(Members::membership).orElse("none");
  }

  /** Our users' memberships may be out of band, others' are in the state. */
  private static Optional<Event> member(RealServer server, UserId user, RoomId room) {
    return user.server().equals(server.identity().name())
        ? server.rooms.membership(user, room)
        : server.rooms.state(room, StateKey.member(user));
  }

  private static List<EventId> timeline(RealServer server, RoomId room) {
    return get(server.messaging().timeline(room, 100)).stream().map(RoomEvent::eventId).toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"})
  void givenAPublicRoomThenOthersJoinByItsAliasAndBothSpeak(String version) throws Exception {
    RoomId room = create(version, true, "hall");

    assertThat(get(b.messaging().join(bob, RoomAlias.of("#hall:a.example"), List.of())))
        .isEqualTo(room);
    assertThat(state(b, room)).isEqualTo(state(a, room)).isNotEmpty();

    EventId hello = say(b, bob, room, "hello");
    EventId welcome = say(a, alice, room, "welcome");
    deliver();
    await(() -> timeline(a, room).contains(hello) && timeline(b, room).contains(welcome));
    assertThat(get(b.messaging().rooms()))
        .containsExactly(new RoomSummary(room, version, "joined", Optional.empty(), 2));
  }

  @Test
  void givenAPrivateRoomThenAnInviteIsTheWayIn() {
    RoomId room = create("12", false, "den");

    assertThatThrownBy(() -> get(b.messaging().join(bob, room, List.of(a.identity().name()))))
        .isInstanceOfSatisfying(
            MatrixException.class, no -> assertThat(no.error().errcode()).isEqualTo("M_FORBIDDEN"));

    get(a.messaging().invite(alice, room, bob));
    assertThat(membership(b, bob, room)).isEqualTo("invite");
    assertThat(membership(a, bob, room)).isEqualTo("invite");

    assertThat(get(b.messaging().join(bob, room, List.of()))).isEqualTo(room);
    assertThat(membership(b, bob, room)).isEqualTo("join");
    assertThat(membership(a, bob, room)).isEqualTo("join");
  }

  @Test
  void givenAnInviteThenItCanBeRefused() {
    RoomId room = create("12", false, "den");
    get(a.messaging().invite(alice, room, bob));

    EventId leave = get(b.messaging().leave(bob, room));

    assertThat(membership(b, bob, room)).isEqualTo("leave");
    assertThat(member(a, bob, room).map(Event::id)).contains(leave);
  }

  @Test
  void givenAnInviteFromAServerThatIsAwayThenItCanBeRefusedAllTheSame() {
    RoomId room = create("12", false, "den");
    get(a.messaging().invite(alice, room, bob));
    servers.remove(a.identity().name());

    get(b.messaging().leave(bob, room));

    assertThat(membership(b, bob, room)).isEqualTo("leave");
    assertThat(membership(a, bob, room)).isEqualTo("invite");
  }

  @Test
  void givenARestrictedRoomThenMembersOfAnotherMayJoinAndTheResidentSigns() {
    RoomId lobby = create("12", true, "lobby");
    RoomId inner = create("12", false, "inner");
    JsonObject rule = content("type", "m.room_membership").with("room_id", lobby.value());
    get(
        a.messaging()
            .send(
                alice,
                inner,
                "m.room.join_rules",
                Optional.of(""),
                content("join_rule", "restricted").with("allow", new JsonArray(List.of(rule)))));
    RoomAlias door = RoomAlias.of("#inner:a.example");
    assertThatThrownBy(() -> get(b.messaging().join(bob, door, List.of())))
        .isInstanceOfSatisfying(
            MatrixException.class, no -> assertThat(no.error().errcode()).isEqualTo("M_FORBIDDEN"));

    get(b.messaging().join(bob, RoomAlias.of("#lobby:a.example"), List.of()));
    get(b.messaging().join(bob, door, List.of()));

    Event join = member(b, bob, inner).orElseThrow();
    assertThat(join.content().string("join_authorised_via_users_server")).contains(alice.value());
    assertThat(join.json().object("signatures").orElseThrow().members())
        .containsOnlyKeys("a.example", "b.example");
    assertThat(member(a, bob, inner).map(Event::id)).contains(join.id());
  }

  @Test
  void givenTheAnswerToAJoinIsLostThenTheNextCoreFinishesTheSameJoin() throws Exception {
    RoomId room = create("12", true, "hall");
    b.loses = request -> request.path().contains("send_join");

    assertThatThrownBy(
            () -> get(b.messaging().join(bob, RoomAlias.of("#hall:a.example"), List.of())))
        .isInstanceOf(TransientException.class);
    EventId join = member(a, bob, room).orElseThrow().id();
    b.loses = request -> false;
    b.restart();
    await(() -> state(b, room).equals(state(a, room)));

    assertThat(member(b, bob, room).map(Event::id)).contains(join);
    assertThat(timeline(a, room).stream().filter(join::equals)).hasSize(1);
  }

  @Test
  void givenARoomWithAnAliasThenTheAliasCannotBeTakenAgain() {
    create("12", true, "hall");

    assertThatThrownBy(() -> create("12", true, "hall"))
        .isInstanceOfSatisfying(
            MatrixException.class,
            no -> assertThat(no.error().errcode()).isEqualTo("M_ROOM_IN_USE"));
    assertThat(get(a.messaging().rooms())).hasSize(1);
  }

  @Test
  void givenARedactionThenBothServersHideTheContent() throws Exception {
    RoomId room = create("12", true, "hall");
    get(b.messaging().join(bob, RoomAlias.of("#hall:a.example"), List.of()));
    EventId regretted = say(b, bob, room, "regretted");
    deliver();
    await(() -> timeline(a, room).contains(regretted));

    EventId redaction = get(b.messaging().redact(bob, room, regretted));
    deliver();
    await(() -> timeline(a, room).contains(redaction));

    for (RealServer server : List.of(a, b)) {
      RoomEvent hidden =
          get(server.messaging().timeline(room, 100)).stream()
              .filter(event -> event.eventId().equals(regretted))
              .findFirst()
              .orElseThrow();
      assertThat(hidden.content()).isEqualTo(JsonObject.EMPTY);
      assertThat(hidden.redactedBy()).contains(redaction);
    }
  }

  @Test
  void givenAMemberLeavesThenTheOtherServerIsTold() throws Exception {
    RoomId room = create("12", true, "hall");
    get(b.messaging().join(bob, RoomAlias.of("#hall:a.example"), List.of()));

    EventId leave = get(b.messaging().leave(bob, room));
    deliver();
    await(() -> membership(a, bob, room).equals("leave"));

    assertThat(get(b.messaging().leave(bob, room))).isEqualTo(leave);
  }
}
