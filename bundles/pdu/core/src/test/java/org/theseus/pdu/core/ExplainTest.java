package org.theseus.pdu.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.theseus.pdu.api.Draft;
import org.theseus.pdu.api.Explanation;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.Resolution.Rule;
import org.theseus.protocol.api.Resolution.Trial;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.StateKey;
import org.theseus.protocol.api.UserId;

/** Why state is in force, and the alarm when it goes back. */
@Timeout(60)
class ExplainTest {
  private static final StateKey TOPIC = new StateKey("m.room.topic", "");
  private static final StateKey NAME = new StateKey("m.room.name", "");
  @TempDir Path folder;

  private World world;
  private TestServer a;
  private TestServer b;
  private UserId alice;
  private UserId bob;
  private RoomId room;

  @BeforeEach
  void bothAreInARoom() {
    world = new World(folder);
    a = world.server("a.example");
    b = world.server("b.example");
    alice = a.user("alice");
    bob = b.user("bob");
    room = a.create("11", alice);
    b.join(room, bob, a);
    world.deliver();
    levels(50);
    world.deliver();
  }

  @AfterEach
  void end() {
    world.close();
  }

  private void levels(int ofBob) {
    a.set(
        room,
        alice,
        "m.room.power_levels",
        JsonObject.EMPTY.with(
            "users", JsonObject.builder().put(alice.value(), 100).put(bob.value(), ofBob).build()));
  }

  private EventId topic(TestServer server, UserId user, String topic) {
    return server.set(room, user, "m.room.topic", TestServer.content("topic", topic)).id();
  }

  private static Explanation explain(TestServer server, RoomId room, StateKey slot) {
    return server.rooms().explain(room, slot).orElseThrow();
  }

  @Test
  void givenNoContentionThenItSaysSo() {
    EventId topic = topic(a, alice, "weather");

    Explanation explanation = explain(a, room, TOPIC);

    assertThat(explanation.choice().event()).contains(topic);
    assertThat(explanation.choice().rule()).isEqualTo(Rule.AGREED);
    assertThat(explanation.choice().trials()).isEmpty();
    assertThat(explanation.complete()).isTrue();
    assertThat(explain(a, room, NAME).choice().event()).isEmpty();
    assertThat(a.rooms().explain(new RoomId("!nowhere:a.example"), TOPIC)).isEmpty();
  }

  @Test
  void givenBranchesThatDifferThenItTellsWhatContendedThereAndLaterWhereTheyMet() {
    world.cut(a, b);
    EventId ofAlice = topic(a, alice, "of alice");
    EventId ofBob = topic(b, bob, "of bob");
    world.heal();
    world.deliver();

    Explanation open = explain(a, room, TOPIC);
    EventId meeting = a.say(room, alice, "both").id();
    a.say(room, alice, "further");
    Explanation met = explain(a, room, TOPIC);

    assertThat(open.before()).isEmpty();
    assertThat(met.before()).contains(meeting);
    for (Explanation explanation : List.of(open, met)) {
      assertThat(explanation.choice().rule()).isEqualTo(Rule.MAINLINE_ORDERING);
      assertThat(explanation.choice().trials())
          .extracting(Trial::event)
          .containsExactlyInAnyOrder(ofAlice, ofBob);
      assertThat(explanation.choice().event()).isEqualTo(now(a, TOPIC));
      assertThat(explanation.complete()).isTrue();
    }
    // and what is settled anew needs no look at what was before
    EventId last = topic(a, alice, "settled");
    assertThat(explain(a, room, TOPIC).choice().event()).contains(last);
    assertThat(explain(a, room, TOPIC).choice().trials()).isEmpty();
  }

  @Test
  void givenAResolutionThatBringsBackAnOlderEventThenThereIsAnAlarm() {
    EventId first = topic(a, alice, "first");
    world.deliver();
    world.cut(a, b);
    EventId second = topic(b, bob, "second");
    levels(0);
    assertThat(now(b, TOPIC)).contains(second);
    world.heal();
    world.deliver();

    assertThat(now(b, TOPIC)).contains(first);
    assertThat(b.core().graph().relapses().count()).isEqualTo(1);
    assertThat(a.core().graph().relapses().count()).isZero();
    assertThat(explain(b, room, TOPIC).choice().trials())
        .filteredOn(trial -> !trial.verdict().allowed())
        .extracting(Trial::event)
        .containsExactly(second);
  }

  @Test
  void givenOrdinaryTrafficThenThereIsNoAlarm() {
    for (int i = 0; i < 5; i++) {
      topic(a, alice, "of alice " + i);
      b.send(room, Draft.member(bob, bob, "join"));
      topic(b, bob, "of bob " + i);
      world.deliver();
    }

    assertThat(a.core().graph().relapses().count()).isZero();
    assertThat(b.core().graph().relapses().count()).isZero();
  }

  private Optional<EventId> now(TestServer server, StateKey slot) {
    return server.rooms().state(room, slot).map(event -> event.id());
  }
}
