package org.theseus.pdu.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.theseus.pdu.api.Draft;
import org.theseus.persistence.api.JournaledPdu;
import org.theseus.persistence.api.StoredEvent;
import org.theseus.persistence.api.StoredEvent.Outcome;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.UserId;
import org.theseus.transport.api.FederationClient;
import org.theseus.transport.api.FederationClient.Response;

/** Events that refer to what is not there. */
@Timeout(120)
class GapsTest {
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
  void closesAGapByGetMissingEvents() {
    // given messages that got lost
    a.say(room, alice, "one");
    Event topic = a.set(room, alice, "m.room.topic", TestServer.content("topic", "sea"));
    a.lose(b);

    // when one more arrives
    a.say(room, alice, "two");
    world.deliver();

    // then all are there, and no state was asked for
    assertThat(world.timeline(b, room)).containsSubsequence(topic.id());
    assertThat(RoomsTest.bodies(b, room)).containsExactly("one", "two");
    assertThat(b.state(room)).isEqualTo(a.state(room));
    assertThat(world.requests()).noneMatch(path -> path.contains("state"));
  }

  @Test
  void waitsForAGapThatClosesItself() {
    // given an event that arrives before the one it follows
    Event first = a.say(room, alice, "one");
    Event second = a.say(room, alice, "two");
    a.lose(b);

    // when
    b.receive(a.name(), second.json());
    b.receive(a.name(), first.json());
    world.deliver();

    // then nobody was asked
    assertThat(RoomsTest.bodies(b, room)).containsExactly("one", "two");
    assertThat(world.requests()).isEmpty();
  }

  @Test
  void looksAtWhatWasReceivedAfterMoreThanOneTurnCanHold() {
    // given a long chain that was journaled before the event it begins with
    Event first = a.say(room, alice, "first");
    List<Event> chain = IntStream.range(0, 150).mapToObj(i -> a.say(room, alice, "m" + i)).toList();
    a.lose(b);

    // when
    journal(a.name(), true, chain);
    journal(a.name(), true, List.of(first));
    b.settle();

    // then all stand in the graph, without the time passing that they stepped aside for
    assertThat(world.timeline(b, room))
        .contains(first.id())
        .endsWith(chain.stream().map(Event::id).toArray(EventId[]::new));
    assertThat(world.requests()).isEmpty();
  }

  @Test
  void letsNoUnverifiedEventsStandInTheWayOfOthers() {
    // given more events than one turn holds of a server whose keys are never answered for
    TestServer c = world.server("c.example");
    UserId carol = c.user("carol");
    c.join(room, carol, a);
    world.deliver();
    List<Event> unverified =
        IntStream.range(0, 120).mapToObj(i -> c.say(room, carol, "c" + i)).toList();
    c.lose(b);
    world.stallKeys(c.name());
    journal(c.name(), false, unverified);

    // when another server's event comes after them
    Event fine = a.say(room, alice, "fine");
    a.lose(b);
    b.receive(a.name(), fine.json());

    // then it need not wait until those have timed out
    assertThat(arrives("fine")).isTrue();
    assertThat(RoomsTest.bodies(b, room)).containsExactly("fine");
  }

  @Test
  void takesAToldStateForAGapTooLongAndKeepsItsOwnExtremities() {
    // given far more lost events than are fetched one by one, among them state
    Event before = b.say(room, bob, "before");
    b.lose(a);
    a.set(room, alice, "m.room.topic", TestServer.content("topic", "early"));
    for (int i = 0; i < 130; i++) {
      a.say(room, alice, "lost " + i);
    }
    a.lose(b);

    // when one more arrives
    Event last = a.say(room, alice, "last");
    world.deliver();

    // then it is there, with the state, beside our own branch
    assertThat(world.timeline(b, room)).contains(last.id());
    assertThat(b.state(room)).isEqualTo(a.state(room));
    assertThat(b.core().graph().rooms().get(room).tips().keySet())
        .containsExactlyInAnyOrder(before.id(), last.id());
    assertThat(world.requests()).anyMatch(path -> path.contains("state_ids"));
  }

  @Test
  void asksForAWholeStateWhenTooMuchOfItIsMissing() {
    // given more lost state than is asked for event by event
    for (int i = 0; i < 220; i++) {
      a.set(room, alice, "org.example.lost" + i, JsonObject.EMPTY);
    }
    a.lose(b);

    // when one more event arrives
    Event last = a.say(room, alice, "last");
    world.deliver();

    // then all of the state is there, by one request
    assertThat(world.timeline(b, room)).contains(last.id());
    assertThat(b.state(room)).isEqualTo(a.state(room)).hasSizeGreaterThan(220);
    assertThat(world.requests()).filteredOn(path -> path.contains("/state/")).hasSize(1);
    assertThat(world.requests()).noneMatch(path -> path.contains("/event/"));
  }

  @Test
  void keepsAnEventWhoseGapNobodyCanFillAndGoesOnWithOthers() {
    // given a server that tells nothing
    world.intercept(
        (origin, request) ->
            Optional.of(new Response(403, TestServer.content("errcode", "M_FORBIDDEN"))));
    a.say(room, alice, "lost");
    a.lose(b);
    Event stuck = a.say(room, alice, "stuck");
    a.lose(b);

    // when the stuck event and others arrive
    b.receive(a.name(), stuck.json());
    b.settle();
    b.say(room, bob, "goes on");

    // then it waits, and is placed once the gap can be filled
    JournaledPdu waiting = journaled(stuck.id()).orElseThrow();
    assertThat(waiting.attempts()).isEqualTo(1);
    assertThat(waiting.problem()).contains("no server has what it follows");
    assertThat(RoomsTest.bodies(b, room)).containsExactly("goes on");
    world.intercept((origin, request) -> Optional.empty());
    world.pass(3_600_000);
    b.settle();
    assertThat(RoomsTest.bodies(b, room)).contains("lost", "stuck");
  }

  @Test
  void fillsAGapHoweverLongItStayedOpen() {
    // given a gap that nobody filled during many attempts
    world.intercept((origin, request) -> Optional.of(new Response(404, JsonObject.EMPTY)));
    a.say(room, alice, "lost");
    a.lose(b);
    Event stuck = a.say(room, alice, "stuck");
    b.receive(a.name(), stuck.json());
    for (int i = 0; i < 20; i++) {
      b.settle();
      world.pass(3_600_000);
    }
    b.settle();
    assertThat(journaled(stuck.id()).orElseThrow().attempts()).isGreaterThan(14);
    assertThat(journaled(stuck.id()).orElseThrow().quarantined()).isFalse();

    // when it can be filled
    world.intercept((origin, request) -> Optional.empty());
    world.pass(3_600_000);
    b.settle();

    // then nothing of it was lost
    assertThat(RoomsTest.bodies(b, room)).containsExactly("lost", "stuck");
  }

  @Test
  void doesNotFollowAnAnswerThatNeverEnds() {
    // given a server that answers each question with 20 events that follow ever more
    Event lost = a.say(room, alice, "lost");
    for (int i = 0; i < 400; i++) {
      a.say(room, alice, "more");
    }
    a.lose(b);
    Event top = a.say(room, alice, "top");

    // when
    b.receive(a.name(), top.json());
    b.settle();

    // then it asks a few times, places what it has on a told state, and does not have the first
    assertThat(world.requests().stream().filter(path -> path.contains("get_missing")).count())
        .isLessThanOrEqualTo(5);
    assertThat(world.timeline(b, room)).contains(top.id()).doesNotContain(lost.id());
  }

  @Test
  void takesNothingOfOtherRoomsNorOfNoOne() {
    // given an answer full of another room's events and of made-up ones
    RoomId other = a.create("11", alice);
    Event foreign = a.say(other, alice, "elsewhere");
    a.say(room, alice, "lost");
    a.lose(b);
    Event top = a.say(room, alice, "top");
    JsonObject forged = top.json().with("depth", "much");
    world.intercept(
        (origin, request) ->
            request.path().contains("get_missing_events")
                ? Optional.of(
                    new Response(
                        200,
                        JsonObject.builder()
                            .put("events", new JsonArray(List.of(foreign.json(), forged)))
                            .build()))
                : Optional.of(new Response(404, JsonObject.EMPTY)));

    // when
    b.receive(a.name(), top.json());
    b.settle();

    // then
    assertThat(stored(foreign.id())).isEmpty();
    assertThat(stored(top.id())).isEmpty();
    assertThat(journaled(top.id())).isPresent();
  }

  @Test
  void letsNoSlowServerKeepTheGapsOfOthersOpen() {
    // given a server that sends an event and then does not tell what it follows
    TestServer c = world.server("c.example");
    UserId carol = c.user("carol");
    c.join(room, carol, a);
    world.deliver();
    c.say(room, carol, "lost");
    Event stuck = c.say(room, carol, "stuck");
    world.silence(c.name());
    b.receive(c.name(), stuck.json());

    // when another server's event refers to what is missing too
    a.say(room, alice, "filled");
    Event last = a.say(room, alice, "last");
    b.receive(a.name(), last.json());

    // then its gap is filled
    assertThat(arrives("last")).isTrue();
    assertThat(RoomsTest.bodies(b, room)).containsExactly("filled", "last");
  }

  @Test
  void fetchesMissingAuthEvents() {
    // given an event beside the join of its sender, which never reached us
    List<Event> chain = besideTheJoinItCites(1);

    // when it reaches us
    b.receive(ServerName.of("c.example"), chain.get(0).json());
    b.settle();

    // then the join has been fetched, and the event judged
    assertThat(world.requests()).anyMatch(path -> path.contains("event_auth"));
    assertThat(b.core().graph().events().find(chain.get(0).authEvents()))
        .hasSameSizeAs(chain.get(0).authEvents());
    assertThat(stored(chain.get(0).id())).isPresent();
    assertThat(journaled(chain.get(0).id())).isEmpty();
  }

  @Test
  void stopsAskingForAuthEventsAfterAWhile() {
    // given many events whose auth events nobody tells, each server slowly
    List<Event> chain = besideTheJoinItCites(10);
    world.intercept(
        (origin, request) -> {
          if (!request.path().contains("event_auth")) {
            return Optional.empty();
          }
          world.pass(20_000);
          return Optional.of(new Response(404, JsonObject.EMPTY));
        });

    // when the last of them arrives
    b.receive(ServerName.of("c.example"), chain.get(9).json());
    b.settle();

    // then it waits
    assertThat(world.requests()).filteredOn(path -> path.contains("event_auth")).hasSize(3);
    assertThat(journaled(chain.get(9).id()).orElseThrow().attempts()).isEqualTo(1);
  }

  /** A chain that begins where we stand and cites a join that we do not have. */
  private List<Event> besideTheJoinItCites(int length) {
    JsonArray prev =
        JsonArray.ofStrings(
            b.core().graph().rooms().get(room).tips().keySet().stream()
                .map(EventId::value)
                .toList());
    TestServer c = world.server("c.example");
    UserId carol = c.user("carol");
    c.join(room, carol, a);
    a.lose(b);
    JsonObject said = c.say(room, carol, "hello").json().without("hashes", "signatures");
    c.lose(b);
    List<Event> chain = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      Event next =
          TestServer.version("11").hashAndSign(said.with("prev_events", prev), c.name(), c.key());
      c.receive(c.name(), next.json());
      chain.add(next);
      prev = JsonArray.ofStrings(List.of(next.id().value()));
    }
    c.settle();
    return chain;
  }

  @Test
  void backfillsHistoryFromBeforeTheJoin() {
    // given history before another server's join
    RoomId old = a.create("12", alice);
    for (int i = 0; i < 5; i++) {
      a.say(old, alice, "m" + i);
    }
    Event redacted = a.say(old, alice, "secret");
    a.send(
        old,
        new Draft(
            alice,
            "m.room.redaction",
            Optional.empty(),
            JsonObject.EMPTY,
            Optional.of(redacted.id())));
    b.join(old, bob, a);
    assertThat(RoomsTest.bodies(b, old)).isEmpty();

    // when it is asked for
    int added = TestServer.await(b.graphs().backfill(old, 100));

    // then all of it stands before the join, and nothing else has changed
    assertThat(added).isEqualTo(11);
    assertThat(RoomsTest.bodies(b, old)).containsExactly("m0", "m1", "m2", "m3", "m4");
    assertThat(b.state(old)).isEqualTo(a.state(old));
    assertThat(b.core().graph().rooms().get(old).tips().keySet())
        .isEqualTo(a.core().graph().rooms().get(old).tips().keySet());
    assertThat(TestServer.await(b.graphs().backfill(old, 100))).isZero();
  }

  @Test
  void backfillsMoreThanOneAnswerHolds() {
    // given more history than a server tells at once
    RoomId old = a.create("12", alice);
    List<String> said = new ArrayList<>();
    for (int i = 0; i < 230; i++) {
      said.add("m" + i);
      a.say(old, alice, "m" + i);
    }
    b.join(old, bob, a);

    // when
    int most = TestServer.await(b.graphs().backfill(old, 150));
    int rest = TestServer.await(b.graphs().backfill(old, 1000));

    // then
    assertThat(most).isEqualTo(150);
    assertThat(most + rest).isEqualTo(234);
    assertThat(RoomsTest.bodies(b, old)).isEqualTo(said);
  }

  private static FederationClient.Request get(FederationClient.Request like, String path) {
    return new FederationClient.Request(
        like.destination(), "GET", path, Optional.empty(), like.timeout(), like.maxAnswerBytes());
  }

  @Test
  void asksAStingyServerOnlySoOften() {
    // given a server that tells one event of its history at a time
    RoomId old = a.create("12", alice);
    for (int i = 0; i < 60; i++) {
      a.say(old, alice, "m" + i);
    }
    b.join(old, bob, a);
    AtomicInteger asked = new AtomicInteger();
    world.intercept(
        (origin, request) -> {
          if (!request.path().contains("/backfill/")) {
            return Optional.empty();
          }
          asked.incrementAndGet();
          String less = request.path().replaceFirst("limit=\\d+", "limit=1");
          return Optional.of(TestServer.await(a.answer(origin, get(request, less))));
        });

    // when
    int added = TestServer.await(b.graphs().backfill(old, 100));

    // then what it gives is taken, but it does not keep us busy
    assertThat(added).isEqualTo(asked.get()).isBetween(2, 10);
  }

  @Test
  void backfillsPieceByPieceOnToldStates() {
    // given
    for (int i = 0; i < 12; i++) {
      a.say(room, alice, "m" + i);
    }
    TestServer c = world.server("c.example");
    c.join(room, c.user("carol"), a);

    // when
    int first = TestServer.await(c.graphs().backfill(room, 5));
    int second = TestServer.await(c.graphs().backfill(room, 50));

    // then
    assertThat(first).isEqualTo(5);
    assertThat(second).isEqualTo(12);
    assertThat(RoomsTest.bodies(c, room)).hasSize(12).startsWith("m0", "m1");
    assertThat(c.core().graph().events().stored(world.timeline(c, room)).values())
        .allMatch(event -> event.outcome() == Outcome.ACCEPTED);
  }

  /** Waits for a message, not as long as it takes until others have timed out. */
  private boolean arrives(String body) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(8);
    while (!RoomsTest.bodies(b, room).contains(body) && System.nanoTime() < deadline) {
      world.pass(100);
      b.core().journal().process(room);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
    return RoomsTest.bodies(b, room).contains(body);
  }

  /** Journals events as those of one transaction are, told to nobody. */
  private void journal(ServerName origin, boolean verified, List<Event> events) {
    b.store()
        .run(
            unit ->
                events.stream()
                    .filter(
                        event ->
                            unit.journal()
                                .add(
                                    JournaledPdu.received(
                                        room,
                                        event.id(),
                                        origin,
                                        event.json().toBytes(),
                                        verified,
                                        world.now())))
                    .count());
  }

  private Optional<JournaledPdu> journaled(EventId event) {
    return b.store().run(unit -> unit.journal().find(room, event));
  }

  private Optional<StoredEvent> stored(EventId event) {
    return b.store().run(unit -> unit.events().find(event));
  }
}
