package org.theseus.protocol.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.theseus.protocol.rules.TestRoom.ALICE;
import static org.theseus.protocol.rules.TestRoom.BOB;
import static org.theseus.protocol.rules.TestRoom.CAROL;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.JsonNull;
import org.theseus.protocol.api.StateKey;
import org.theseus.protocol.api.UserId;
import org.theseus.protocol.api.Verdict;

/** Each rule about the list of auth_events, both ways, and which events belong there. */
class AuthByAuthEventsTest {
  private TestRoom room;
  private Event create;
  private Event alice;
  private Event rule;
  private Event bob;

  @ParameterizedTest
  @ValueSource(strings = {"10", "11", "12"})
  void anEventThatItsAuthEventsAllowIsAllowed(String version) {
    given(version);
    assertThat(judge(message(BOB, bob))).isEqualTo(Verdict.ALLOW);
    assertThat(judge(message(ALICE, alice))).isEqualTo(Verdict.ALLOW);
    assertThat(judge(create)).isEqualTo(Verdict.ALLOW);
  }

  @ParameterizedTest
  @ValueSource(strings = {"10", "11", "12"})
  void theRulesSeeNothingButTheAuthEvents(String version) {
    given(version);
    assertThat(judge(message(BOB))).isEqualTo(Verdict.reject("the sender is not joined"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"10", "11", "12"})
  void theListAloneCanBeJudgedWhateverItAllows(String version) {
    given(version);
    assertThat(room.auth.citations(message(BOB), room)).isEqualTo(Verdict.ALLOW);
    assertThat(room.auth.citations(create, room)).isEqualTo(Verdict.ALLOW);
    assertThat(room.auth.citations(message(BOB, bob, bob), room))
        .isEqualTo(Verdict.reject("two auth_events have the same type and state_key"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"10", "11", "12"})
  void anUnknownAuthEventIsRefused(String version) {
    given(version);
    Event message =
        room.event(BOB, "m.room.message").auth(List.of(bob.id(), EventId.of("$unknown"))).build();
    assertThat(judge(message)).isEqualTo(Verdict.reject("not all auth_events are known"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"10", "11", "12"})
  void moreAuthEventsThanCanBelongThereAreNotEvenLookedUp(String version) {
    given(version);
    List<EventId> ids = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      ids.add(EventId.of("$" + i));
    }
    Event message = room.event(BOB, "m.room.message").auth(ids).build();
    Verdict verdict =
        room.auth.byAuthEvents(
            message, id -> ids.contains(id) ? fail("looked up " + id) : room.find(id));
    assertThat(verdict)
        .isEqualTo(Verdict.reject("there are more auth_events than can belong there"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"10", "11", "12"})
  void twoAuthEventsOfOneSlotAreRefused(String version) {
    given(version);
    Event again = room.join(BOB).add();
    Verdict expected = Verdict.reject("two auth_events have the same type and state_key");
    assertThat(judge(message(BOB, bob, again))).isEqualTo(expected);
    assertThat(judge(message(BOB, bob, bob))).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"10", "11", "12"})
  void anAuthEventThatIsNotSelectedIsRefused(String version) {
    given(version);
    Event message = room.event(BOB, "m.room.message").add();
    Verdict expected = Verdict.reject("one of the auth_events does not belong there");
    assertThat(judge(message(BOB, bob, alice))).isEqualTo(expected);
    assertThat(judge(message(BOB, bob, rule))).isEqualTo(expected);
    assertThat(judge(message(BOB, bob, message))).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"10", "11", "12"})
  void aRejectedAuthEventIsRefused(String version) {
    given(version);
    room.rejected.add(bob.id());
    assertThat(judge(message(BOB, bob)))
        .isEqualTo(Verdict.reject("one of the auth_events was rejected"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"10", "11", "12"})
  void anAuthEventOfAnotherRoomIsRefused(String version) {
    given(version);
    Event elsewhere = room.join(BOB).room("!elsewhere:a").add();
    assertThat(judge(message(BOB, elsewhere)))
        .isEqualTo(Verdict.reject("one of the auth_events is of another room"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"10", "11"})
  void withoutTheCreateEventAnEventIsRefused(String version) {
    given(version);
    Event message = room.event(BOB, "m.room.message").auth(bob).build();
    assertThat(judge(message))
        .isEqualTo(Verdict.reject("the auth_events have no m.room.create event"));
  }

  @Test
  void inVersion12TheCreateEventIsNoAuthEvent() {
    given("12");
    assertThat(judge(message(BOB, bob, create)))
        .isEqualTo(Verdict.reject("one of the auth_events does not belong there"));
  }

  @Test
  void inVersion12TheRoomIdNamesAnAcceptedCreateEvent() {
    given("12");
    Verdict unknown = Verdict.reject("the room id is not that of a known m.room.create event");

    // no event, an event of another type, a create event that is no state
    assertThat(judge(room.event(BOB, "x").room("!nothing").build())).isEqualTo(unknown);
    assertThat(judge(room.event(BOB, "x").room("!" + name(bob)).build())).isEqualTo(unknown);
    room.event(ALICE, EventTypes.CREATE).id("odd").add();
    assertThat(judge(room.event(BOB, "x").room("!odd").build())).isEqualTo(unknown);

    room.rejected.add(create.id());
    assertThat(judge(message(BOB, bob)))
        .isEqualTo(Verdict.reject("the m.room.create event of the room was rejected"));
  }

  @Test
  void theSlotsOfOrdinaryEvents() {
    assertThat(slots("11", "m.room.message", null))
        .containsExactlyInAnyOrder(StateKey.CREATE, StateKey.POWER_LEVELS, member(BOB));
    assertThat(slots("12", "m.room.topic", ""))
        .containsExactlyInAnyOrder(StateKey.POWER_LEVELS, member(BOB));
    assertThat(slots("11", EventTypes.CREATE, "")).isEmpty();
    assertThat(slots("12", EventTypes.CREATE, "")).isEmpty();
  }

  @Test
  void theSlotsOfMemberships() {
    StateKey levels = StateKey.POWER_LEVELS;
    StateKey rules = StateKey.JOIN_RULES;
    assertThat(slots("12", EventTypes.MEMBER, BOB, "membership", "join"))
        .containsExactlyInAnyOrder(levels, rules, member(BOB));
    assertThat(slots("12", EventTypes.MEMBER, BOB, "membership", "knock"))
        .containsExactlyInAnyOrder(levels, rules, member(BOB));
    assertThat(slots("12", EventTypes.MEMBER, CAROL, "membership", "invite"))
        .containsExactlyInAnyOrder(levels, rules, member(BOB), member(CAROL));
    assertThat(slots("12", EventTypes.MEMBER, CAROL, "membership", "ban"))
        .containsExactlyInAnyOrder(levels, member(BOB), member(CAROL));
    assertThat(slots("12", EventTypes.MEMBER, CAROL, "membership", 5))
        .containsExactlyInAnyOrder(levels, member(BOB), member(CAROL));
    assertThat(slots("12", EventTypes.MEMBER, null)).containsExactlyInAnyOrder(levels, member(BOB));
  }

  @Test
  void theSlotsOfAuthorisedJoinsAndThirdPartyInvites() {
    String via = "join_authorised_via_users_server";
    assertThat(slots("8", EventTypes.MEMBER, BOB, "membership", "join", via, ALICE))
        .contains(member(ALICE));
    assertThat(slots("7", EventTypes.MEMBER, BOB, "membership", "join", via, ALICE))
        .doesNotContain(member(ALICE));
    assertThat(slots("8", EventTypes.MEMBER, BOB, "membership", "invite", via, ALICE))
        .doesNotContain(member(ALICE));

    String invite = "third_party_invite";
    Object signed = TestJson.object("signed", TestJson.object("token", "t"));
    StateKey origin = new StateKey(EventTypes.THIRD_PARTY_INVITE, "t");
    assertThat(slots("12", EventTypes.MEMBER, BOB, "membership", "invite", invite, signed))
        .contains(origin);
    assertThat(slots("12", EventTypes.MEMBER, BOB, "membership", "join", invite, signed))
        .doesNotContain(origin);
    assertThat(slots("12", EventTypes.MEMBER, BOB, "membership", "invite", invite, JsonNull.NULL))
        .hasSize(3);
  }

  private void given(String version) {
    room =
        new TestRoom(
            AuthCase.all().stream().filter(v -> v.id().equals(version)).findFirst().orElseThrow());
    create = room.create().add();
    alice = room.join(ALICE).prev(create).auth(selected()).add();
    rule = room.joinRule(ALICE, "public").auth(selected(alice)).add();
    bob = room.join(BOB).auth(selected(rule)).add();
  }

  private Verdict judge(Event event) {
    return room.auth.byAuthEvents(event, room);
  }

  private Event message(String sender, Event... auth) {
    return room.event(sender, "m.room.message").auth(selected(auth)).build();
  }

  /** The events, and the create event where the version selects it. */
  private Event[] selected(Event... auth) {
    List<Event> all = new ArrayList<>(Arrays.asList(auth));
    if (!room.rules.has(Feature.ROOM_ID_FROM_CREATE)) {
      all.add(create);
    }
    return all.toArray(Event[]::new);
  }

  private static String name(Event event) {
    return event.id().value().substring(1);
  }

  private static Set<StateKey> slots(String version, String type, String key, Object... content) {
    VersionRules rules =
        AuthCase.all().stream().filter(v -> v.id().equals(version)).findFirst().orElseThrow();
    return new AuthRules(rules, new TestEd25519())
        .authSlots(type, Optional.ofNullable(key), UserId.of(BOB), TestJson.object(content));
  }

  private static StateKey member(String user) {
    return StateKey.member(UserId.of(user));
  }
}
