package org.theseus.messaging.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.theseus.messaging.core.World.content;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.theseus.pdu.api.RoomInfo.Participation;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonNumber;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonString;
import org.theseus.protocol.api.JsonValue;
import org.theseus.protocol.api.MatrixError;
import org.theseus.protocol.api.RoomVersion;
import org.theseus.protocol.api.ServerName;
import org.theseus.transport.api.InboundRequest;

/** Invites of our users, as their servers hand them in. */
class InviteEndpointTest {
  private final World world = new World();
  private final ServerName b = world.other.name();

  /** bob's room, made on b.example. */
  private final Event create = world.other.signed(world.version, Pdus.create(world.bob, "12"));

  private InviteEndpoint endpoint(boolean strict) {
    return new InviteEndpoint(world.graphs, world.reader, world.us::name, world.us::signer, strict);
  }

  private Event invite(RoomVersion version, UnaryOperator<JsonObject> change) {
    return world.other.signed(
        version, change.apply(Pdus.member(create.roomId(), world.bob, world.alice, "invite")));
  }

  private Event invite() {
    return invite(world.version, pdu -> pdu);
  }

  private static JsonObject body(String version, Event invite, JsonValue... state) {
    return JsonObject.builder()
        .put("room_version", version)
        .put("event", invite.json())
        .put("invite_room_state", new JsonArray(List.of(state)))
        .build();
  }

  private InboundRequest put(ServerName origin, Event invite, JsonValue body) {
    return World.request(
        origin,
        Map.of("roomId", create.roomId().value(), "eventId", invite.id().value()),
        Map.of(),
        Optional.of(body));
  }

  private MatrixError refused(boolean strict, JsonObject body) {
    return World.refused(endpoint(strict), put(b, invite(), body));
  }

  private void assertRefused(MatrixError error, String errcode) {
    assertThat(error.status()).isEqualTo(400);
    assertThat(error.errcode()).isEqualTo(errcode);
    assertThat(error.error()).isNotBlank();
    assertThat(world.graphs.done).isEmpty();
  }

  @Test
  void givenAnInviteThenWeSignItAndKeepIt() {
    Event invite = invite();

    JsonObject answer =
        World.granted(endpoint(false), put(b, invite, body("12", invite, create.json())));

    JsonObject signed = answer.object("event").orElseThrow();
    assertThat(signed.without("signatures")).isEqualTo(invite.json().without("signatures"));
    assertThat(signed.object("signatures").orElseThrow().members())
        .containsOnlyKeys("a.example", "b.example");
    assertThat(world.graphs.done).containsExactly("store invite");
    assertThat(world.graphs.stored.get(0).json()).isEqualTo(signed);
  }

  @Test
  void givenARoomWeAreInThenTheInviteIsSignedAndComesByTransaction() {
    world.reader.room(create.roomId(), "12", Participation.JOINED);

    World.granted(endpoint(false), put(b, invite(), body("12", invite(), create.json())));

    assertThat(world.graphs.done).isEmpty();
  }

  @Test
  void givenTheAccessListKeepsTheServerOutThenForbidden() {
    world.reader.denied.add(b);

    MatrixError error = refused(false, body("12", invite(), create.json()));

    assertThat(error.status()).isEqualTo(403);
    assertThat(error.errcode()).isEqualTo("M_FORBIDDEN");
    assertThat(world.graphs.done).isEmpty();
  }

  static Stream<Arguments> wrongInvites() {
    return Stream.of(
        wrong("another type", pdu -> pdu.with("type", "m.room.topic")),
        wrong("a join", pdu -> pdu.with("content", content("membership", "join"))),
        wrong("a ban", pdu -> pdu.with("content", content("membership", "ban"))),
        wrong("no membership", pdu -> pdu.with("content", JsonObject.EMPTY)),
        wrong("a sender of another server", pdu -> pdu.with("sender", "@carol:c.example")),
        wrong("a sender of ours", pdu -> pdu.with("sender", "@alice:a.example")),
        wrong("an invitee of another server", pdu -> pdu.with("state_key", "@bob:b.example")),
        wrong("an invitee who is no user", pdu -> pdu.with("state_key", "alice")),
        wrong("no invitee", pdu -> pdu.without("state_key")),
        wrong("another room", pdu -> pdu.with("room_id", "!other")),
        wrong("too many prev_events", pdu -> pdu.with("prev_events", Pdus.references(21))),
        wrong("too many auth_events", pdu -> pdu.with("auth_events", Pdus.references(11))));
  }

  private static Arguments wrong(String name, UnaryOperator<JsonObject> change) {
    return Arguments.of(name, change);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("wrongInvites")
  void givenWhatIsNoInviteOfOurUserThenInvalidAndNotSigned(
      String name, UnaryOperator<JsonObject> change) {
    Event wrong = invite(world.version, change);

    assertRefused(
        World.refused(endpoint(false), put(b, wrong, body("12", wrong, create.json()))),
        "M_INVALID_PARAM");
  }

  @Test
  void givenAFalseSignatureThenInvalid() {
    Event forged =
        world.third.signed(
            world.version, Pdus.member(create.roomId(), world.bob, world.alice, "invite"));

    assertRefused(
        World.refused(endpoint(false), put(b, forged, body("12", forged, create.json()))),
        "M_INVALID_PARAM");
  }

  @Test
  void givenAnIdThatIsNotTheEventsThenInvalid() {
    Event other = invite(world.version, pdu -> pdu.with("depth", JsonNumber.of(9)));

    assertRefused(refused(false, body("12", other, create.json())), "M_INVALID_PARAM");
  }

  @Test
  void givenAnotherServerHandsItInThenInvalid() {
    Event invite = invite();

    assertRefused(
        World.refused(
            endpoint(false), put(world.third.name(), invite, body("12", invite, create.json()))),
        "M_INVALID_PARAM");
  }

  @Test
  void givenAVersionWeDoNotKnowThenIncompatibleAndItIsTold() {
    MatrixError error = refused(false, body("99", invite(), create.json()));

    assertRefused(error, "M_INCOMPATIBLE_ROOM_VERSION");
    assertThat(error.toJson().string("room_version")).contains("99");
  }

  @Test
  void givenABodyOfTheWrongShapeThenItsError() {
    JsonObject whole = body("12", invite(), create.json());
    assertRefused(refused(false, whole.without("room_version")), "M_MISSING_PARAM");
    assertRefused(refused(false, whole.without("event")), "M_MISSING_PARAM");
    assertRefused(refused(false, whole.with("event", "x")), "M_MISSING_PARAM");
    assertRefused(refused(false, whole.with("event", JsonObject.EMPTY)), "M_BAD_JSON");
    assertRefused(World.refused(endpoint(false), put(b, invite(), JsonArray.EMPTY)), "M_BAD_JSON");
    assertRefused(
        World.refused(
            endpoint(false),
            World.request(b, Map.of("roomId", "!r", "eventId", "$e"), Map.of(), Optional.empty())),
        "M_NOT_JSON");
  }

  @Test
  void givenVersionTwelveThenTheCreateEventMustBeThereWholeSignedAndOfThatRoom() {
    Event invite = invite();
    Event foreign = world.third.signed(world.version, Pdus.create(world.third.user("carol"), "12"));
    JsonObject stripped = create.json().without("hashes", "signatures", "auth_events");
    JsonObject forged =
        create.json().with("signatures", foreign.json().object("signatures").orElseThrow());

    assertRefused(refused(false, body("12", invite)), "M_INVALID_PARAM");
    assertRefused(
        refused(false, body("12", invite).without("invite_room_state")), "M_INVALID_PARAM");
    assertRefused(refused(false, body("12", invite, foreign.json())), "M_INVALID_PARAM");
    assertRefused(refused(false, body("12", invite, stripped)), "M_INVALID_PARAM");
    assertRefused(refused(false, body("12", invite, forged)), "M_INVALID_PARAM");
    assertRefused(refused(false, body("12", invite, new JsonString("x"))), "M_INVALID_PARAM");
  }

  @Test
  void givenOtherStrippedStateThenItIsToleratedUnlessWeAreStrict() {
    Event invite = invite();
    JsonObject stripped =
        content("type", "m.room.name").with("state_key", "").with("sender", "@bob:b.example");
    JsonObject body = body("12", invite, create.json(), stripped);

    assertRefused(refused(true, body), "M_INVALID_PARAM");
    World.granted(endpoint(false), put(b, invite, body));
  }

  @Test
  void givenAnEarlierVersionThenStateMayBeMissingUnlessWeAreStrict() {
    RoomVersion eleven = TestServer.VERSIONS.get("11");
    Event invite = invite(eleven, pdu -> pdu);
    JsonObject body = body("11", invite);

    assertRefused(World.refused(endpoint(true), put(b, invite, body)), "M_INVALID_PARAM");
    World.granted(endpoint(false), put(b, invite, body));
  }

  @Test
  void givenWeAreStrictThenWholeSignedStateIsTaken() {
    Event invite = invite();
    Event name =
        world.other.signed(
            world.version,
            Pdus.state(create.roomId(), world.bob, "m.room.name", "", content("name", "n")));

    World.granted(endpoint(true), put(b, invite, body("12", invite, name.json(), create.json())));

    assertThat(world.graphs.done).containsExactly("store invite");
  }

  @Test
  void givenStateWithoutEndThenInvalid() {
    JsonValue[] many = new JsonValue[101];
    Arrays.fill(many, create.json());

    assertRefused(refused(false, body("12", invite(), many)), "M_INVALID_PARAM");
  }
}
