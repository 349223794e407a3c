package org.theseus.pdu.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.theseus.pdu.api.Draft;
import org.theseus.pdu.api.RoomGraphs.Admission;
import org.theseus.pdu.api.RoomGraphs.UnfinishedJoin;
import org.theseus.pdu.api.RoomInfo.Participation;
import org.theseus.pdu.api.Template;
import org.theseus.persistence.api.Destination;
import org.theseus.persistence.api.JournaledPdu;
import org.theseus.persistence.api.LoggedEvent;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.MatrixException;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.StateKey;
import org.theseus.protocol.api.UserId;
import org.theseus.transaction.api.Receipt;

/** Joining through another server, whatever that answers. */
@Timeout(120)
class JoinTest {
  @TempDir Path folder;
  private World world;
  private TestServer a;
  private TestServer b;
  private UserId alice;
  private UserId bob;

  @BeforeEach
  void begin() {
    world = new World(folder);
    a = world.server("a.example");
    b = world.server("b.example");
    alice = a.user("alice");
    bob = b.user("bob");
  }

  @AfterEach
  void end() {
    world.close();
  }

  /** A join that the resident has granted and the joiner has not heard of. */
  private record Granted(Event join, Admission admission) {
    List<JsonObject> state() {
      return new ArrayList<>(admission.state().stream().map(Event::json).toList());
    }

    List<JsonObject> authChain() {
      return new ArrayList<>(admission.authChain().stream().map(Event::json).toList());
    }
  }

  private Granted granted(RoomId room) {
    Event join = begun(room);
    return new Granted(join, TestServer.await(a.graphs().admit(b.name(), room, join.json())));
  }

  private Event begun(RoomId room) {
    Template template = TestServer.await(a.graphs().template(room, Draft.member(bob, bob, "join")));
    Event join =
        TestServer.version(template.version())
            .hashAndSign(template.event().without("origin"), b.name(), b.key());
    TestServer.await(b.graphs().beginJoin(join, List.of(a.name()), template.version()));
    return join;
  }

  private void adopt(Event join, List<JsonObject> state, List<JsonObject> authChain) {
    TestServer.await(b.graphs().adopt(join, a.name(), state, authChain));
  }

  private void assertNotJoined(RoomId room) {
    assertThat(b.rooms().room(room).orElseThrow().participation()).isEqualTo(Participation.JOINING);
    assertThat(b.rooms().state(room)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"})
  void leavesOutWhatDoesNotHold(String version) {
    // given an answer with forged, foreign and malformed events beside the true ones
    RoomId room = a.create(version, alice);
    a.set(room, alice, "m.room.topic", TestServer.content("topic", "true"));
    RoomId other = a.create(version, alice);
    Granted granted = granted(room);
    List<JsonObject> state = granted.state();
    JsonObject topic =
        state.stream()
            .filter(event -> event.string("type").equals(Optional.of("m.room.topic")))
            .findFirst()
            .orElseThrow();
    JsonObject name =
        topic
            .without("hashes", "signatures")
            .with("type", "m.room.name")
            .with("sender", bob.value());
    state.add(TestServer.version(version).hashAndSign(name, a.name(), a.key()).json());
    state.add(
        TestServer.version(version)
            .hashAndSign(name.with("sender", alice.value()), b.name(), new TestKey("evil"))
            .json());
    state.addAll(a.rooms().state(other).stream().map(Event::json).toList());
    state.add(JsonObject.EMPTY);

    // when
    adopt(granted.join(), state, granted.authChain());

    // then the state is that of the room
    assertThat(b.state(room)).isEqualTo(a.state(room));
    assertThat(b.rooms().state(room, new StateKey("m.room.name", ""))).isEmpty();
  }

  @Test
  void makesPeersOfTheServersInARoom() {
    // given a server that joins and says nothing, and one that joins later
    RoomId room = a.create("11", alice);
    b.join(room, bob, a);
    world.deliver();
    TestServer c = world.server("c.example");
    c.join(room, c.user("carol"), a);
    world.deliver();

    // then each knows the others, to speak to them at its next start
    assertThat(peers(b)).containsExactlyInAnyOrder(a.name(), c.name());
    assertThat(peers(c)).containsExactlyInAnyOrder(a.name(), b.name());
  }

  private static List<ServerName> peers(TestServer server) {
    return server.store().run(unit -> unit.outbox().destinations()).stream()
        .map(Destination::server)
        .toList();
  }

  @Test
  void leavesOutWhatRefersToTooManyEvents() {
    // given an answer with an event that is true but for the number of events it follows
    RoomId room = a.create("11", alice);
    Event topic = a.set(room, alice, "m.room.topic", TestServer.content("topic", "true"));
    Granted granted = granted(room);
    JsonObject crowded =
        topic
            .json()
            .without("hashes", "signatures")
            .with("type", "m.room.name")
            .with(
                "prev_events",
                JsonArray.ofStrings(IntStream.range(0, 21).mapToObj(i -> "$" + i).toList()));
    Event tooMany = TestServer.version("11").hashAndSign(crowded, a.name(), a.key());
    List<JsonObject> state = granted.state();
    state.add(tooMany.json());

    // when
    adopt(granted.join(), state, granted.authChain());

    // then
    assertThat(b.state(room)).isEqualTo(a.state(room));
    assertThat(b.rooms().event(tooMany.id())).isEmpty();
  }

  @Test
  void showsWhoJoinsNothingOfWhatWasRedacted() {
    // given an event in the state, and in the auth chain of what followed it, that was redacted
    RoomId room = a.create("11", alice);
    JsonObject named = TestServer.content("membership", "join").with("displayname", "secret");
    Event member = a.send(room, Draft.state(alice, "m.room.member", alice.value(), named));
    a.send(
        room,
        new Draft(
            alice,
            "m.room.redaction",
            Optional.empty(),
            JsonObject.EMPTY,
            Optional.of(member.id())));
    a.set(room, alice, "m.room.topic", TestServer.content("topic", "later"));

    // when
    Admission admission = granted(room).admission();

    // then
    for (List<Event> shown : List.of(admission.state(), admission.authChain())) {
      assertThat(shown)
          .filteredOn(event -> event.id().equals(member.id()))
          .extracting(Event::content)
          .containsExactly(TestServer.content("membership", "join"));
    }
  }

  @Test
  void keepsTheFirstOfTwoEventsForOneSlot() {
    RoomId room = a.create("11", alice);
    Event first = a.set(room, alice, "m.room.topic", TestServer.content("topic", "first"));
    Event second = a.set(room, alice, "m.room.topic", TestServer.content("topic", "second"));
    Granted granted = granted(room);
    List<JsonObject> state = granted.state();
    state.add(first.json());

    adopt(granted.join(), state, granted.authChain());

    assertThat(b.state(room)).containsEntry(new StateKey("m.room.topic", ""), second.id());
  }

  @ParameterizedTest
  @ValueSource(strings = {"11", "12"})
  void refusesAStateWithoutTheCreateEvent(String version) {
    RoomId room = a.create(version, alice);
    Granted granted = granted(room);
    List<JsonObject> state = granted.state();
    state.removeIf(event -> event.string("type").orElseThrow().equals("m.room.create"));

    assertThatThrownBy(() -> adopt(granted.join(), state, granted.authChain()))
        .isInstanceOfSatisfying(
            MatrixException.class,
            refused -> assertThat(refused.error().errcode()).isEqualTo("M_BAD_JSON"));
    assertNotJoined(room);
  }

  @Test
  void refusesAStateThatDoesNotAllowTheJoin() {
    // given a room to which bob was invited, and an answer without the invite
    RoomId room = a.create("11", alice);
    a.set(room, alice, "m.room.join_rules", TestServer.content("join_rule", "invite"));
    a.send(room, Draft.member(alice, bob, "invite"));
    Granted granted = granted(room);
    List<JsonObject> state = granted.state();
    state.removeIf(event -> event.string("state_key").orElse("").equals(bob.value()));

    assertThatThrownBy(() -> adopt(granted.join(), state, granted.authChain()))
        .isInstanceOfSatisfying(
            MatrixException.class,
            refused -> assertThat(refused.error().errcode()).isEqualTo("M_FORBIDDEN"));
    assertNotJoined(room);
  }

  @Test
  void refusesARoomOfAnotherVersionThanWasSaid() {
    RoomId room = a.create("10", alice);
    Template template = TestServer.await(a.graphs().template(room, Draft.member(bob, bob, "join")));
    Event join = TestServer.version("11").hashAndSign(template.event(), b.name(), b.key());
    TestServer.await(b.graphs().beginJoin(join, List.of(a.name()), "11"));
    List<JsonObject> state = a.rooms().state(room).stream().map(Event::json).toList();

    assertThatThrownBy(() -> adopt(join, state, List.of())).isInstanceOf(MatrixException.class);
    assertNotJoined(room);
  }

  @Test
  void grantsTheSameJoinAgainWithTheSameResult() {
    // given a join whose answer got lost
    RoomId room = a.create("11", alice);
    Granted first = granted(room);
    a.say(room, alice, "meanwhile");

    // when it is sent again
    Admission again = TestServer.await(a.graphs().admit(b.name(), room, first.join().json()));

    // then
    assertThat(again.event()).isEqualTo(first.admission().event());
    assertThat(Set.copyOf(again.state())).isEqualTo(Set.copyOf(first.admission().state()));
    assertThat(Set.copyOf(again.authChain())).isEqualTo(Set.copyOf(first.admission().authChain()));
    adopt(first.join(), first.state(), first.authChain());
    world.deliver();
    assertThat(RoomsTest.bodies(b, room)).containsExactly("meanwhile");

    // and adopting it twice changes nothing
    Set<EventId> tips = b.core().graph().rooms().get(room).tips().keySet();
    adopt(first.join(), first.state(), first.authChain());
    assertThat(b.core().graph().rooms().get(room).tips().keySet()).isEqualTo(tips);
  }

  @Test
  void holdsWhatArrivesWhileJoiningAlsoOverARestart() {
    // given a join under way
    RoomId room = a.create("11", alice);
    Granted granted = granted(room);
    Event early = a.say(room, alice, "early");
    a.lose(b);

    // when an event arrives, and the server restarts
    assertThat(b.receive(a.name(), early.json())).isInstanceOf(Receipt.Journal.class);
    b = world.restart(b);
    List<UnfinishedJoin> unfinished = b.graphs().unfinishedJoins();

    // then the join can go on as it was, and what was held is released
    assertThat(unfinished)
        .containsExactly(new UnfinishedJoin(granted.join(), List.of(a.name()), "11"));
    adopt(unfinished.get(0).join(), granted.state(), granted.authChain());
    b.settle();
    assertThat(RoomsTest.bodies(b, room)).containsExactly("early");
    assertThat(b.graphs().unfinishedJoins()).isEmpty();
  }

  @Test
  void dropsAllThatTheAccessListDeniesOnceItIsKnown() {
    // given a room that denies two servers, and a join under way
    RoomId room = a.create("11", alice);
    JsonObject list =
        TestServer.content("allow", List.of("*"))
            .with("deny", JsonArray.ofStrings(List.of("c.example", "d.example")));
    a.set(room, alice, "m.room.server_acl", list);
    Granted granted = granted(room);
    Event early = a.say(room, alice, "early");
    Event evading = a.say(room, alice, "evading");
    a.lose(b);

    // when one sends more than anybody counts, and events come from the other and a third
    b.store()
        .run(
            unit -> {
              for (int i = 0; i < 10_000; i++) {
                unit.journal().add(held(room, "$flood" + i));
              }
              return room;
            });
    b.receive(ServerName.of("c.example"), evading.json());
    b.receive(a.name(), early.json());
    adopt(granted.join(), granted.state(), granted.authChain());
    b.settle();

    // then the third's alone are taken in
    assertThat(RoomsTest.bodies(b, room)).containsExactly("early");
    Set<RoomId> journaled = b.store().run(unit -> unit.journal().rooms());
    assertThat(journaled).isEmpty();
  }

  private static JournaledPdu held(RoomId room, String id) {
    return JournaledPdu.received(
        room, EventId.of(id), ServerName.of("d.example"), JsonObject.EMPTY.toBytes(), true, 1);
  }

  @Test
  void dropsWhatWasHeldForAJoinThatFailed() {
    RoomId room = a.create("11", alice);
    Event join = begun(room);
    b.receive(a.name(), a.say(room, alice, "held").json());

    TestServer.await(b.graphs().abandonJoin(join));

    assertThat(b.rooms().room(room).orElseThrow().participation()).isEqualTo(Participation.OUTSIDE);
    Set<RoomId> journaled = b.store().run(unit -> unit.journal().rooms());
    assertThat(journaled).isEmpty();
    assertThat(b.graphs().unfinishedJoins()).isEmpty();
  }

  @Test
  void comesBackAfterHavingLeft() {
    // given a server that left, and a room that changed since
    RoomId room = a.create("11", alice);
    b.join(room, bob, a);
    world.deliver();
    b.send(room, Draft.member(bob, bob, "leave"));
    world.deliver();
    assertThat(b.rooms().room(room).orElseThrow().participation()).isEqualTo(Participation.LEFT);
    a.set(room, alice, "m.room.topic", TestServer.content("topic", "news"));
    assertThat(a.owed(b)).isEmpty();

    // when it joins again
    b.join(room, bob, a);
    a.say(room, alice, "welcome");
    world.deliver();

    // then
    assertThat(b.state(room)).isEqualTo(a.state(room));
    assertThat(RoomsTest.bodies(b, room)).contains("welcome");
  }

  @Test
  void joinsTheBranchesOfTheRoomWithADummyEvent() {
    // given a message sent between make_join and send_join
    RoomId room = a.create("11", alice);
    Event join = begun(room);
    Event between = a.say(room, alice, "between");

    // when the join is granted
    Admission admission = TestServer.await(a.graphs().admit(b.name(), room, join.json()));
    adopt(
        join,
        admission.state().stream().map(Event::json).toList(),
        admission.authChain().stream().map(Event::json).toList());

    // then an event follows both, and so the message reaches who joined
    assertThat(world.timeline(a, room)).contains(between.id());
    Event dummy =
        a.rooms()
            .event(a.core().graph().rooms().get(room).tips().keySet().iterator().next())
            .orElseThrow();
    assertThat(dummy.type()).isEqualTo("org.matrix.dummy_event");
    assertThat(dummy.prevEvents()).containsExactlyInAnyOrder(join.id(), between.id());
    world.deliver();
    assertThat(RoomsTest.bodies(b, room)).containsExactly("between");

    // and nobody walks to the start of the room for it
    assertThat(world.timeline(b, room)).containsExactly(join.id(), between.id(), dummy.id());
  }

  @Test
  void refusesToAdmitWhatIsNotTheSendersOwnOrNotAllowed() {
    RoomId room = a.create("11", alice);
    a.set(room, alice, "m.room.join_rules", TestServer.content("join_rule", "invite"));
    JsonObject unsigned =
        TestServer.await(a.graphs().template(room, Draft.message(alice, "x", JsonObject.EMPTY)))
            .event()
            .with("type", "m.room.member")
            .with("state_key", bob.value())
            .with("sender", bob.value())
            .with("content", TestServer.content("membership", "join"));
    Event uninvited = TestServer.version("11").hashAndSign(unsigned, b.name(), b.key());
    JsonObject tampered =
        uninvited.json().with("content", TestServer.content("membership", "leave"));

    assertRefused(room, a, uninvited.json(), "M_FORBIDDEN");
    assertRefused(room, b, uninvited.json(), "M_FORBIDDEN");
    assertRefused(room, b, tampered, "M_BAD_JSON");
    assertRefused(RoomId.of("!none:a.example"), b, uninvited.json(), "M_NOT_FOUND");
    assertThat(a.rooms().event(uninvited.id())).isEmpty();
  }

  private void assertRefused(RoomId room, TestServer origin, JsonObject pdu, String errcode) {
    assertThatThrownBy(() -> TestServer.await(a.graphs().admit(origin.name(), room, pdu)))
        .isInstanceOfSatisfying(
            MatrixException.class,
            refused -> assertThat(refused.error().errcode()).isEqualTo(errcode));
  }

  @Test
  void sendsWhatItAdmitsToTheOthersAndALeaveToWhoWasInvited() {
    // given two servers in a room, and a user of a third invited
    RoomId room = a.create("11", alice);
    b.join(room, bob, a);
    world.deliver();
    TestServer c = world.server("c.example");
    UserId carol = c.user("carol");

    // when a fourth joins through us and we take the invite back
    TestServer d = world.server("d.example");
    Event join = d.join(room, d.user("dora"), a);
    Event invite = a.send(room, Draft.member(alice, carol, "invite"));
    Event leave = a.send(room, Draft.member(alice, carol, "leave"));

    // then each is sent to whom it is for, once
    assertThat(ids(a.owed(b))).containsExactly(join.id(), invite.id(), leave.id());
    assertThat(ids(a.owed(d))).containsExactly(invite.id(), leave.id());
    assertThat(ids(a.owed(c))).containsExactly(leave.id());
    assertThat(ids(a.owed(a))).isEmpty();
  }

  private static List<EventId> ids(List<LoggedEvent> events) {
    return events.stream().map(LoggedEvent::eventId).toList();
  }

  @Test
  void makesTwoRoomsAtTheSameMomentThatDiffer() {
    // given version 12, whose room ids are hashes of what is said
    RoomId one = a.create("12", alice);
    world.pass(-10);
    List<RoomId> rooms = new ArrayList<>(List.of(one));
    for (int i = 0; i < 3; i++) {
      world.pass(-10);
      rooms.add(a.create("12", alice));
    }

    assertThat(Set.copyOf(rooms)).hasSize(4);
    assertThat(Map.copyOf(a.state(rooms.get(3)))).isNotEmpty();
  }
}
