package org.theseus.pdu.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.theseus.pdu.api.Draft;
import org.theseus.pdu.api.Quarantine.SetAside;
import org.theseus.pdu.core.receipt.StoredQuarantine;
import org.theseus.persistence.api.JournaledPdu;
import org.theseus.persistence.api.StoredEvent;
import org.theseus.persistence.api.StoredEvent.Outcome;
import org.theseus.protocol.api.BeingReplacedException;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.StateKey;
import org.theseus.protocol.api.TransientException;
import org.theseus.protocol.api.UserId;
import org.theseus.transaction.api.Receipt;

/** What becomes of PDUs that are sent to us. */
@Timeout(120)
class ReceiptTest {
  @TempDir Path folder;
  private World world;
  private TestServer a;
  private TestServer b;
  private UserId alice;
  private UserId bob;
  private RoomId room;

  @BeforeEach
  void twoServersInARoom() {
    world = new World(folder);
    a = world.server("a.example");
    b = world.server("b.example");
    alice = a.user("alice");
    bob = b.user("bob");
    room = a.create("11", alice);
    b.join(room, bob, a);
    world.deliver();
  }

  @AfterEach
  void end() {
    world.close();
  }

  @Test
  void knowsADuplicate() {
    // given
    Event event = a.say(room, alice, "once");
    world.deliver();

    // when it comes again
    Receipt again = b.receive(a.name(), event.json());

    // then
    assertThat(again).isEqualTo(new Receipt.Known(event.id()));
    assertThat(RoomsTest.bodies(b, room)).containsExactly("once");
  }

  @Test
  void knowsTheServersThatShareARoomWithUs() {
    // given
    TestServer c = world.server("c.example");
    UserId carol = c.user("carol");
    c.join(room, carol, a);
    world.deliver();
    Set<ServerName> all = Set.of(a.name(), c.name(), ServerName.of("unknown.example"));
    await(() -> b.neighbours(all).equals(Set.of(a.name(), c.name())));

    // when it leaves
    c.send(room, Draft.member(carol, carol, "leave"));
    world.deliver();

    // then it is no neighbour any more, and has none itself
    await(() -> b.neighbours(all).equals(Set.of(a.name())));
    await(() -> c.neighbours(all).isEmpty());
  }

  /** A commit is seen in memory a moment later. */
  private static void await(BooleanSupplier seen) {
    while (!seen.getAsBoolean()) {
      Thread.onSpinWait();
    }
  }

  @Test
  void dropsWhatIsNoEventOrOfNoRoom() {
    Event event = a.say(room, alice, "hello");
    JsonObject elsewhere = event.json().with("room_id", "!unknown:a.example");

    assertThat(b.receive(a.name(), elsewhere)).isInstanceOf(Receipt.Dropped.class);
    assertThat(b.receive(a.name(), event.json().with("depth", "deep")))
        .isInstanceOf(Receipt.Dropped.class);
    assertThat(b.receive(a.name(), event.json().without("room_id")))
        .isInstanceOf(Receipt.Dropped.class);
  }

  @Test
  void refusesFalseSignaturesAndTooManyReferences() {
    // given an event that another server pretends alice to have said
    Event event = a.say(room, alice, "hello");
    JsonObject unsigned = event.json().without("hashes", "signatures");
    Event forged =
        TestServer.version("11").hashAndSign(unsigned, a.name(), new TestKey("evil.example"));
    JsonObject crowded =
        unsigned.with(
            "prev_events",
            JsonArray.ofStrings(IntStream.range(0, 21).mapToObj(i -> "$" + i).toList()));
    Event tooMany = TestServer.version("11").hashAndSign(crowded, a.name(), a.key());

    // then
    assertThat(b.receive(a.name(), forged.json())).isInstanceOf(Receipt.Refused.class);
    assertThat(b.receive(a.name(), tooMany.json()))
        .isEqualTo(new Receipt.Refused(tooMany.id(), "the event refers to too many events"));
  }

  @Test
  void redactsWhatWasTamperedWith() {
    // given a message whose body somebody changed on the way
    Event event = a.say(room, alice, "hello");
    a.lose(b);
    JsonObject tampered = event.json().with("content", TestServer.content("body", "evil"));

    // when
    b.receive(a.name(), tampered);
    b.settle();

    // then its place is taken and nothing of its content kept
    assertThat(world.timeline(b, room)).contains(event.id());
    assertThat(b.rooms().event(event.id()).orElseThrow().content()).isEqualTo(JsonObject.EMPTY);
  }

  @Test
  void softFailsWhatTheStateInForceForbids() {
    // given bob banned while he speaks elsewhere in the graph
    Event evading = b.say(room, bob, "you can't see me");
    b.lose(a);
    a.send(room, Draft.member(alice, bob, "ban"));
    Set<EventId> tips = tips(a);

    // when what he said arrives
    a.receive(b.name(), evading.json());
    a.settle();

    // then it is kept, unseen, and nothing of ours will follow it
    assertThat(stored(a, evading.id()).outcome()).isEqualTo(Outcome.SOFT_FAILED);
    assertThat(RoomsTest.bodies(a, room)).isEmpty();
    assertThat(tips(a)).isEqualTo(tips);
    assertThat(a.rooms().state(room, StateKey.member(bob)).orElseThrow().content())
        .isEqualTo(TestServer.content("membership", "ban"));
  }

  @Test
  void rejectsAndStillLetsOthersFollow() {
    // given a topic that bob may not set, made by a server that does not care
    JsonObject topic =
        b.say(room, bob, "base")
            .json()
            .without("hashes", "signatures")
            .with("type", "m.room.topic")
            .with("state_key", "")
            .with("content", TestServer.content("topic", "mine"));
    Event rejected = TestServer.version("11").hashAndSign(topic, b.name(), b.key());
    b.lose(a);

    // when it arrives, and a message that follows it
    a.receive(b.name(), rejected.json());
    a.settle();
    JsonObject follower =
        rejected
            .json()
            .without("hashes", "signatures", "state_key")
            .with("type", "m.room.message")
            .with("content", TestServer.content("body", "after"))
            .with("prev_events", JsonArray.ofStrings(List.of(rejected.id().value())));
    Event after = TestServer.version("11").hashAndSign(follower, b.name(), b.key());
    a.receive(b.name(), after.json());
    a.settle();

    // then the topic is kept without effect, and what follows it takes the place of the extremities
    // behind it
    assertThat(stored(a, rejected.id()).outcome()).isEqualTo(Outcome.REJECTED);
    assertThat(stored(a, rejected.id()).reason()).isNotEmpty();
    assertThat(a.rooms().state(room, new StateKey("m.room.topic", ""))).isEmpty();
    assertThat(stored(a, after.id()).outcome()).isEqualTo(Outcome.ACCEPTED);
    assertThat(tips(a)).containsExactly(after.id());
  }

  @ParameterizedTest
  @CsvSource({"10, true", "10, false", "11, true", "12, false"})
  void redactsWhicheverOrderTheEventsComeIn(String version, boolean redactionFirst) {
    // given a message and its redaction
    RoomId old = a.create(version, alice);
    b.join(old, bob, a);
    world.deliver();
    Event secret = a.say(old, alice, "secret");
    Event redaction =
        a.send(
            old,
            new Draft(
                alice,
                "m.room.redaction",
                Optional.empty(),
                JsonObject.EMPTY,
                Optional.of(secret.id())));
    a.lose(b);

    // when
    b.receive(a.name(), (redactionFirst ? redaction : secret).json());
    b.receive(a.name(), (redactionFirst ? secret : redaction).json());
    b.settle();

    // then
    for (TestServer server : List.of(a, b)) {
      assertThat(server.rooms().event(secret.id()).orElseThrow().content())
          .isEqualTo(JsonObject.EMPTY);
      assertThat(stored(server, secret.id()).redactedBy()).contains(redaction.id());
    }
  }

  @Test
  void letsNobodyRedactWhomTheRulesDoNot() {
    // given a redaction by another server's user without power
    Event said = a.say(room, alice, "stays");
    world.deliver();

    // when
    b.send(
        room,
        new Draft(
            bob, "m.room.redaction", Optional.empty(), JsonObject.EMPTY, Optional.of(said.id())));
    world.deliver();

    // then
    assertThat(RoomsTest.bodies(a, room)).containsExactly("stays");
    assertThat(RoomsTest.bodies(b, room)).containsExactly("stays");
  }

  @Test
  void heedsTheAccessListOfTheRoom() {
    // given a list that denies the other server
    Event early = b.say(room, bob, "early");
    b.lose(a);
    a.set(
        room,
        alice,
        "m.room.server_acl",
        JsonObject.builder()
            .put("allow", JsonArray.ofStrings(List.of("*")))
            .put("deny", JsonArray.ofStrings(List.of("B.exam*")))
            .build());

    // when
    Receipt denied = a.receive(b.name(), early.json());

    // then it is the sending server that counts, not the event's
    assertThat(denied).isInstanceOf(Receipt.Refused.class);
    assertThat(a.rooms().allows(room, b.name())).isFalse();
    assertThat(a.receive(ServerName.of("c.example"), early.json()))
        .isInstanceOf(Receipt.Journal.class);
  }

  @Test
  void verifiesLaterWhatCannotBeVerifiedNow() {
    // given keys that cannot be had
    Event event = a.say(room, alice, "hello");
    a.lose(b);
    world.hideKeys(true);

    // when
    Receipt receipt = b.receive(a.name(), event.json());
    b.settle();

    // then it is journaled, and placed once there are keys, however late
    assertThat(receipt).isEqualTo(new Receipt.Journal(room, event.id(), false));
    for (int i = 0; i < 20; i++) {
      world.pass(3_600_000);
      b.settle();
    }
    assertThat(RoomsTest.bodies(b, room)).isEmpty();
    world.hideKeys(false);
    world.pass(3_600_000);
    b.settle();
    assertThat(RoomsTest.bodies(b, room)).containsExactly("hello");
  }

  @Test
  void goesOnAfterARestartWithWhatWasJournaled() {
    // given PDUs acknowledged and not processed when the server stopped
    Event event = a.say(room, alice, "acknowledged");
    a.lose(b);
    b.store()
        .run(
            unit ->
                unit.journal()
                    .add(
                        JournaledPdu.received(
                            room, event.id(), a.name(), event.json().toBytes(), true, 0)));

    // when it starts again
    b = world.restart(b);
    b.settle();

    // then
    assertThat(RoomsTest.bodies(b, room)).containsExactly("acknowledged");
    Set<RoomId> waiting = b.store().run(unit -> unit.journal().rooms());
    assertThat(waiting).isEmpty();
  }

  @Test
  void putsAPoisonousEventIntoQuarantineWhileOthersGoOn() {
    // given a journaled event that cannot be processed, whatever is done
    Event good = a.say(room, alice, "good");
    a.lose(b);
    b.store()
        .run(
            unit ->
                unit.journal()
                    .add(
                        JournaledPdu.received(
                            room,
                            EventId.of("$poison"),
                            a.name(),
                            good.json().with("type", JsonArray.EMPTY).toBytes(),
                            true,
                            0)));

    // when
    b.receive(a.name(), good.json());
    b.settle();

    // then
    assertThat(RoomsTest.bodies(b, room)).containsExactly("good");
    List<JournaledPdu> quarantined = b.store().run(unit -> unit.journal().quarantined(10));
    assertThat(quarantined).hasSize(1);
    assertThat(quarantined.get(0).problem()).isNotEmpty();
  }

  @Test
  void triesWhatIsInQuarantineOnceMoreWhenAskedToOrWhenTheCodeIsNew() {
    // given an event that was given up
    Event good = a.say(room, alice, "good after all");
    StoredQuarantine quarantine = givenUp(good);
    assertThat(quarantine.list(10)).extracting(SetAside::event).containsExactly(good.id());

    // when the same code comes back, then it stays there
    b.rulesGo();
    b.rulesCome();
    b.settle();
    assertThat(quarantine.list(10)).extracting(SetAside::reason).containsExactly("it failed");

    // when other code comes, then it is tried
    b.rulesGo();
    b.newRulesCome("second");
    b.settle();
    assertThat(quarantine.list(10)).isEmpty();
    assertThat(RoomsTest.bodies(b, room)).containsExactly("good after all");
  }

  private StoredQuarantine givenUp(Event event) {
    a.lose(b);
    JournaledPdu pdu =
        JournaledPdu.received(room, event.id(), a.name(), event.json().toBytes(), true, 0);
    b.store().run(unit -> unit.journal().add(pdu.quarantinedBecause("it failed")));
    return new StoredQuarantine(b.core().graph(), b.core().journal());
  }

  @Test
  void triesOneEventOfTheQuarantineOnceMore() {
    Event good = a.say(room, alice, "good after all");
    StoredQuarantine quarantine = givenUp(good);

    assertThat(quarantine.retry(EventId.of("$another"))).isFalse();
    assertThat(quarantine.retry(good.id())).isTrue();
    b.settle();

    assertThat(quarantine.list(10)).isEmpty();
    assertThat(quarantine.retry(good.id())).isFalse();
    assertThat(RoomsTest.bodies(b, room)).containsExactly("good after all");
  }

  @Test
  void doesNothingWhileTheRulesAreReplacedAndSaysSo() {
    // given
    Event sent = a.say(room, alice, "hello");
    int before = b.rooms().timeline(room, 100).size();
    b.rulesGo();

    // when it is asked to do what needs them, then it says that nothing was done
    for (ThrowingCallable attempt :
        List.<ThrowingCallable>of(
            () -> b.receive(a.name(), sent.json()),
            () -> b.say(room, bob, "hi"),
            () -> b.create("11", bob),
            () -> b.graphs().version("11"),
            () -> TestServer.await(b.graphs().prepare(room, Draft.member(bob, bob, "leave"))),
            () -> TestServer.await(b.graphs().template(room, Draft.member(alice, bob, "leave"))),
            () -> TestServer.await(b.graphs().backfill(room, 10)))) {
      assertThatThrownBy(attempt).isInstanceOf(BeingReplacedException.class);
    }

    // then all of it can be done when they are back
    b.rulesCome();
    assertThat(b.rooms().timeline(room, 100)).hasSize(before);
    b.receive(a.name(), sent.json());
    b.say(room, bob, "hi");
    b.settle();
    assertThat(RoomsTest.bodies(b, room)).containsExactlyInAnyOrder("hello", "hi");
  }

  @Test
  void letsARoomWhoseRulesAreGoneStopNoOther() {
    // given
    Event missed = a.say(room, alice, "missed");
    b.rulesAreGone();

    // when its events come, then they are left out and nobody has to wait for that
    assertThat(b.receive(a.name(), missed.json())).isInstanceOf(Receipt.Dropped.class);
    assertThatThrownBy(() -> b.say(room, bob, "hi"))
        .isInstanceOf(TransientException.class)
        .isNotInstanceOf(BeingReplacedException.class);

    // then what was left out is fetched when the rules are back
    b.rulesCome();
    b.receive(a.name(), a.say(room, alice, "next").json());
    b.settle();
    assertThat(RoomsTest.bodies(b, room)).containsExactly("missed", "next");
  }

  @Test
  void goesOnWithItsJournalWhenTheRulesAreBack() {
    // given a PDU in the journal that is not looked at while the rules are away
    Event sent = a.say(room, alice, "journaled");
    b.rulesGo();
    b.store()
        .run(
            unit ->
                unit.journal()
                    .add(
                        JournaledPdu.received(
                            room, sent.id(), a.name(), sent.json().toBytes(), true, 0)));
    b.core().journal().process(room);

    // when
    b.rulesCome();

    // then
    b.settle();
    assertThat(RoomsTest.bodies(b, room)).containsExactly("journaled");
  }

  @Test
  void tellsTheMembershipsOfAUser() {
    // given a room our user is in, and an invite to one that we are not in
    RoomId other = a.create("11", alice);
    Event invite = TestServer.await(a.graphs().prepare(other, Draft.member(alice, bob, "invite")));
    TestServer.await(b.graphs().storeOutOfBand(invite, "11"));

    // then
    assertThat(b.rooms().memberships(bob))
        .extracting(Event::roomId, it -> it.content().string("membership").orElseThrow())
        .containsExactlyInAnyOrder(tuple(room, "join"), tuple(other, "invite"));
    assertThat(b.rooms().memberships(b.user("nobody"))).isEmpty();
  }

  @Test
  void takesBackAnInviteOutOfBand() {
    // given an invite to a room that we are not in
    RoomId other = a.create("11", alice);
    UserId bert = b.user("bert");
    Event invite = TestServer.await(a.graphs().prepare(other, Draft.member(alice, bert, "invite")));
    TestServer.await(b.graphs().storeOutOfBand(invite, "11"));
    TestServer.await(a.graphs().commit(invite));
    assertThat(b.rooms().membership(bert, other).orElseThrow().id()).isEqualTo(invite.id());

    // when it is taken back
    Event leave = a.send(other, Draft.member(alice, bert, "leave"));
    world.deliver();

    // then
    assertThat(b.rooms().membership(bert, other).orElseThrow().id()).isEqualTo(leave.id());
    assertThat(b.receive(a.name(), a.say(other, alice, "hello").json()))
        .isInstanceOf(Receipt.Refused.class);
  }

  @ParameterizedTest
  @CsvSource({"@mallory:c.example, leave", "@alice:a.example, ban"})
  void letsNobodyButTheInviterTakeAnInviteBack(String sender, String membership) {
    // given an invite to a room that we are not in
    RoomId other = a.create("11", alice);
    UserId bert = b.user("bert");
    Event invite = TestServer.await(a.graphs().prepare(other, Draft.member(alice, bert, "invite")));
    TestServer.await(b.graphs().storeOutOfBand(invite, "11"));
    TestServer.await(a.graphs().commit(invite));

    // when a server, in the room or not, says otherwise, in an event that is well signed
    Event genuine =
        TestServer.await(a.graphs().prepare(other, Draft.member(alice, bert, membership)));
    UserId author = UserId.of(sender);
    Event forged =
        TestServer.version("11")
            .hashAndSign(
                genuine.json().without("hashes", "signatures").with("sender", sender),
                author.server(),
                new TestKey(author.server().value()));
    Receipt receipt = b.receive(author.server(), forged.json());
    b.settle();

    // then the invite stands
    assertThat(forged.authEvents()).contains(invite.id());
    assertThat(receipt)
        .isEqualTo(new Receipt.Refused(forged.id(), "this server is not in the room"));
    assertThat(b.rooms().membership(bert, other).orElseThrow().id()).isEqualTo(invite.id());
  }

  private static Set<EventId> tips(TestServer server, RoomId room) {
    return server.core().graph().rooms().get(room).tips().keySet();
  }

  private Set<EventId> tips(TestServer server) {
    return tips(server, room);
  }

  private static StoredEvent stored(TestServer server, EventId event) {
    Map<EventId, StoredEvent> found = server.core().graph().events().stored(List.of(event));
    return found.get(event);
  }
}
