package org.theseus.messaging.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.theseus.messaging.core.World.content;

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
import org.theseus.protocol.api.JsonBoolean;
import org.theseus.protocol.api.JsonNumber;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonString;
import org.theseus.protocol.api.JsonValue;
import org.theseus.protocol.api.MatrixError;
import org.theseus.protocol.api.MatrixException;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.ServerName;
import org.theseus.transport.api.Endpoint;
import org.theseus.transport.api.InboundRequest;

/** What other servers ask a resident for, to change their users' memberships. */
class MembershipEndpointsTest {
  private final World world = new World().resident();
  private final ServerName b = world.other.name();
  private final Endpoint makeJoin =
      new MakeJoinEndpoint(world.graphs, world.reader, world.us::name);
  private final Endpoint makeLeave = new MakeLeaveEndpoint(world.graphs, world.reader);
  private final Endpoint sendJoin =
      new SendJoinEndpoint(world.graphs, world.reader, world.us::name, world.us::signer);
  private final Endpoint sendLeave = new SendLeaveEndpoint(world.graphs, world.reader);

  private InboundRequest make(ServerName origin, String room, String user, String... versions) {
    return World.request(
        origin,
        Map.of("roomId", room, "userId", user),
        versions.length == 0 ? Map.of() : Map.of("ver", List.of(versions)),
        Optional.empty());
  }

  private InboundRequest send(ServerName origin, String room, String id, JsonValue body) {
    return World.request(
        origin, Map.of("roomId", room, "eventId", id), Map.of(), Optional.of(body));
  }

  private InboundRequest send(Event event) {
    return send(b, world.room.value(), event.id().value(), event.json());
  }

  private Event member(String membership) {
    return signed(Pdus.member(world.room, world.bob, world.bob, membership));
  }

  private Event signed(JsonObject pdu) {
    return world.other.signed(world.version, pdu);
  }

  private void assertNothingDone() {
    assertThat(world.graphs.done).isEmpty();
    assertThat(world.graphs.stored).isEmpty();
  }

  private static void assertRefused(MatrixError error, int status, String errcode) {
    assertThat(error.status()).isEqualTo(status);
    assertThat(error.errcode()).isEqualTo(errcode);
    assertThat(error.error()).isNotBlank();
  }

  @Test
  void givenRoutesThenTheyAreAsTheSpecificationHasThem() {
    assertThat(makeJoin.route().method() + makeJoin.route().path())
        .isEqualTo("GET/_matrix/federation/v1/make_join/{roomId}/{userId}");
    assertThat(makeLeave.route().method() + makeLeave.route().path())
        .isEqualTo("GET/_matrix/federation/v1/make_leave/{roomId}/{userId}");
    assertThat(sendJoin.route().method() + sendJoin.route().path())
        .isEqualTo("PUT/_matrix/federation/v2/send_join/{roomId}/{eventId}");
    assertThat(sendLeave.route().method() + sendLeave.route().path())
        .isEqualTo("PUT/_matrix/federation/v2/send_leave/{roomId}/{eventId}");
    assertThat(List.of(makeJoin, makeLeave, sendJoin, sendLeave))
        .allMatch(endpoint -> endpoint.route().signed());
  }

  @Test
  void givenMakeJoinThenATemplateOfTheUsersJoin() {
    JsonObject answer =
        World.granted(makeJoin, make(b, world.room.value(), world.bob.value(), "11", "12"));

    assertThat(answer.string("room_version")).contains("12");
    assertThat(answer.object("event").orElseThrow())
        .isEqualTo(Pdus.member(world.room, world.bob, world.bob, "join"));
  }

  @Test
  void givenMakeLeaveThenATemplateOfTheUsersLeave() {
    JsonObject answer = World.granted(makeLeave, make(b, world.room.value(), world.bob.value()));

    assertThat(answer.string("room_version")).contains("12");
    assertThat(answer.object("event").flatMap(event -> event.object("content")))
        .contains(content("membership", "leave"));
  }

  @Test
  void givenAVersionTheAskerDoesNotKnowThenItIsTold() {
    MatrixError error =
        World.refused(makeJoin, make(b, world.room.value(), world.bob.value(), "1", "11"));

    assertRefused(error, 400, "M_INCOMPATIBLE_ROOM_VERSION");
    assertThat(error.toJson().string("room_version")).contains("12");
    assertRefused(
        World.refused(makeJoin, make(b, world.room.value(), world.bob.value())),
        400,
        "M_INCOMPATIBLE_ROOM_VERSION");
    assertNothingDone();
  }

  @Test
  void givenATemplateForSomebodyElsesUserThenForbidden() {
    for (Endpoint endpoint : List.of(makeJoin, makeLeave)) {
      for (String user : List.of("@carol:c.example", world.alice.value(), "@bob:notb.example")) {
        assertRefused(
            World.refused(endpoint, make(b, world.room.value(), user, "12")), 403, "M_FORBIDDEN");
      }
      assertRefused(
          World.refused(endpoint, make(b, world.room.value(), "bob", "12")),
          400,
          "M_INVALID_PARAM");
    }
    assertNothingDone();
  }

  @Test
  void givenARoomWeAreNotInThenNotFound() {
    world.reader.room(RoomId.of("!left"), "12", Participation.LEFT);
    world.reader.room(RoomId.of("!outside"), "12", Participation.OUTSIDE);
    world.reader.room(RoomId.of("!joining"), "12", Participation.JOINING);
    Event join = member("join");
    for (String room : List.of("!nowhere", "!left", "!outside", "!joining")) {
      for (Endpoint endpoint : List.of(makeJoin, makeLeave)) {
        assertRefused(
            World.refused(endpoint, make(b, room, world.bob.value(), "12")), 404, "M_NOT_FOUND");
      }
      for (Endpoint endpoint : List.of(sendJoin, sendLeave)) {
        assertRefused(
            World.refused(endpoint, send(b, room, join.id().value(), join.json())),
            404,
            "M_NOT_FOUND");
      }
    }
    assertRefused(
        World.refused(makeJoin, make(b, "nowhere", world.bob.value(), "12")),
        400,
        "M_INVALID_PARAM");
    assertNothingDone();
  }

  @Test
  void givenTheAccessListKeepsTheServerOutThenForbiddenEverywhere() {
    world.reader.denied.add(b);
    for (Endpoint endpoint : List.of(makeJoin, makeLeave)) {
      assertRefused(
          World.refused(endpoint, make(b, world.room.value(), world.bob.value(), "12")),
          403,
          "M_FORBIDDEN");
    }
    assertRefused(World.refused(sendJoin, send(member("join"))), 403, "M_FORBIDDEN");
    assertRefused(World.refused(sendLeave, send(member("leave"))), 403, "M_FORBIDDEN");
    assertNothingDone();
  }

  @Test
  void givenSendJoinThenTheStateIsTold() {
    Event join = member("join");

    JsonObject answer = World.granted(sendJoin, send(join));

    JsonArray events = new JsonArray(List.of(join.json()));
    assertThat(answer)
        .isEqualTo(
            JsonObject.builder()
                .put("origin", "a.example")
                .put("event", join.json())
                .put("state", events)
                .put("auth_chain", events)
                .put("members_omitted", false)
                .build());
    assertThat(world.graphs.done).containsExactly("admit " + join.id());
  }

  @Test
  void givenTheSameJoinAgainThenTheSameAnswer() {
    Event join = member("join");

    assertThat(World.granted(sendJoin, send(join))).isEqualTo(World.granted(sendJoin, send(join)));
  }

  @Test
  void givenSendLeaveThenItIsTakenIn() {
    Event leave = member("leave");

    assertThat(World.granted(sendLeave, send(leave))).isEqualTo(JsonObject.EMPTY);

    assertThat(world.graphs.done).containsExactly("admit " + leave.id());
  }

  @Test
  void givenTheGraphRefusesThenSoDoWe() {
    world.graphs.refusals.put("admit", new MatrixException(403, "M_FORBIDDEN", "banned"));

    assertRefused(World.refused(sendJoin, send(member("join"))), 403, "M_FORBIDDEN");
    assertRefused(World.refused(sendLeave, send(member("leave"))), 403, "M_FORBIDDEN");
    assertThat(world.graphs.stored).isEmpty();
  }

  static Stream<Arguments> wrongEvents() {
    return Stream.of(
        wrong("another type", pdu -> pdu.with("type", "m.room.topic")),
        wrong("membership ban", pdu -> pdu.with("content", content("membership", "ban"))),
        wrong("membership knock", pdu -> pdu.with("content", content("membership", "knock"))),
        wrong("no membership", pdu -> pdu.with("content", JsonObject.EMPTY)),
        wrong(
            "membership no string",
            pdu -> pdu.with("content", JsonObject.EMPTY.with("membership", JsonNumber.of(1)))),
        wrong("another room", pdu -> pdu.with("room_id", "!other")),
        wrong("a sender of a third server", pdu -> pdu.with("sender", "@carol:c.example")),
        wrong("a sender of ours", pdu -> pdu.with("sender", "@alice:a.example")),
        wrong("another state key", pdu -> pdu.with("state_key", "@eve:b.example")),
        wrong("no state key", pdu -> pdu.without("state_key")),
        wrong("too many prev_events", pdu -> pdu.with("prev_events", Pdus.references(21))),
        wrong("too many auth_events", pdu -> pdu.with("auth_events", Pdus.references(11))));
  }

  private static Arguments wrong(String name, UnaryOperator<JsonObject> change) {
    return Arguments.of(name, change);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("wrongEvents")
  void givenAnEventThatIsNotWhatItShouldBeThenInvalid(
      String name, UnaryOperator<JsonObject> change) {
    Event notAJoin = signed(change.apply(Pdus.member(world.room, world.bob, world.bob, "join")));
    Event notALeave = signed(change.apply(Pdus.member(world.room, world.bob, world.bob, "leave")));

    assertRefused(World.refused(sendJoin, send(notAJoin)), 400, "M_INVALID_PARAM");
    assertRefused(World.refused(sendLeave, send(notALeave)), 400, "M_INVALID_PARAM");
    assertNothingDone();
  }

  @Test
  void givenTheMembershipOfTheOtherEndpointThenInvalid() {
    assertRefused(World.refused(sendJoin, send(member("leave"))), 400, "M_INVALID_PARAM");
    assertRefused(World.refused(sendLeave, send(member("join"))), 400, "M_INVALID_PARAM");
    assertNothingDone();
  }

  @Test
  void givenAnIdThatIsNotTheEventsThenInvalid() {
    Event join = member("join");
    Event leave = member("leave");

    assertRefused(
        World.refused(sendJoin, send(b, world.room.value(), leave.id().value(), join.json())),
        400,
        "M_INVALID_PARAM");
    assertRefused(
        World.refused(sendLeave, send(b, world.room.value(), "nonsense", leave.json())),
        400,
        "M_INVALID_PARAM");
    assertNothingDone();
  }

  @Test
  void givenAnotherServerHandsItInThenInvalid() {
    Event join = member("join");

    assertRefused(
        World.refused(
            sendJoin, send(world.third.name(), world.room.value(), join.id().value(), join.json())),
        400,
        "M_INVALID_PARAM");
    assertNothingDone();
  }

  @Test
  void givenAFalseOrMissingSignatureThenInvalid() {
    Event forged =
        world.version.parse(
            world
                .third
                .signed(world.version, Pdus.member(world.room, world.bob, world.bob, "join"))
                .json());
    Event bare = world.version.parse(member("join").json().without("signatures"));

    assertRefused(World.refused(sendJoin, send(forged)), 400, "M_INVALID_PARAM");
    assertRefused(World.refused(sendJoin, send(bare)), 400, "M_INVALID_PARAM");
    assertNothingDone();
  }

  @Test
  void givenAContentThatItsHashDoesNotCoverThenInvalid() {
    JsonObject json = member("join").json();
    JsonObject content = json.object("content").orElseThrow().with("displayname", "forged");
    Event changed = world.version.parse(json.with("content", content));

    assertRefused(World.refused(sendJoin, send(changed)), 400, "M_INVALID_PARAM");
    assertNothingDone();
  }

  @Test
  void givenABodyThatIsNoEventThenBadJson() {
    for (Endpoint endpoint : List.of(sendJoin, sendLeave)) {
      for (JsonValue body :
          List.of(JsonArray.EMPTY, new JsonString("x"), JsonBoolean.of(true), JsonObject.EMPTY)) {
        assertRefused(
            World.refused(endpoint, send(b, world.room.value(), "$x", body)), 400, "M_BAD_JSON");
      }
      assertRefused(
          World.refused(
              endpoint,
              World.request(
                  b,
                  Map.of("roomId", world.room.value(), "eventId", "$x"),
                  Map.of(),
                  Optional.empty())),
          400,
          "M_NOT_JSON");
    }
    Event huge = world.version.parse(member("join").json());
    JsonObject padded = huge.json().with("padding", "x".repeat(66_000));
    assertRefused(
        World.refused(sendJoin, send(b, world.room.value(), huge.id().value(), padded)),
        413,
        "M_TOO_LARGE");
    assertNothingDone();
  }

  private RoomId restrictTo(String... rooms) {
    JsonArray allow =
        new JsonArray(
            Stream.of(rooms)
                .<JsonValue>map(room -> content("type", "m.room_membership").with("room_id", room))
                .toList());
    world.inForce(
        world.us,
        world.alice,
        "m.room.join_rules",
        "",
        content("join_rule", "restricted").with("allow", allow));
    return world.room;
  }

  private Event vouchedJoin(String voucher) {
    JsonObject content =
        content("membership", "join").with("join_authorised_via_users_server", voucher);
    return signed(Pdus.member(world.room, world.bob, world.bob, "join").with("content", content));
  }

  @Test
  void givenARestrictedRoomAndAMemberOfAnAllowedOneThenOneOfUsVouchesAndWeSign() {
    world.lobby(world.bob);
    restrictTo("!elsewhere", "!lobby");

    JsonObject template =
        World.granted(makeJoin, make(b, world.room.value(), world.bob.value(), "12"));
    JsonObject answer = World.granted(sendJoin, send(vouchedJoin("@alice:a.example")));

    assertThat(
            template
                .object("event")
                .flatMap(event -> event.object("content"))
                .flatMap(content -> content.string("join_authorised_via_users_server")))
        .contains("@alice:a.example");
    assertThat(
            answer
                .object("event")
                .flatMap(event -> event.object("signatures"))
                .orElseThrow()
                .members())
        .containsOnlyKeys("a.example", "b.example");
    assertThat(World.get(world.graphs.verify("12", world.graphs.stored.get(0).json())))
        .isEqualTo(world.graphs.stored.get(0));
  }

  @Test
  void givenARestrictedRoomAndNoMembershipThenForbidden() {
    world.lobby(world.alice);
    restrictTo("!lobby");

    assertRefused(
        World.refused(makeJoin, make(b, world.room.value(), world.bob.value(), "12")),
        403,
        "M_FORBIDDEN");
    assertRefused(
        World.refused(sendJoin, send(vouchedJoin("@alice:a.example"))), 403, "M_FORBIDDEN");
    assertNothingDone();
  }

  @Test
  void givenARestrictedRoomWithoutUsableConditionsThenForbidden() {
    restrictTo();

    assertRefused(
        World.refused(makeJoin, make(b, world.room.value(), world.bob.value(), "12")),
        403,
        "M_FORBIDDEN");
  }

  @Test
  void givenARoomWeCannotSeeIntoThenUnableToAuthorise() {
    restrictTo("!elsewhere");

    assertRefused(
        World.refused(makeJoin, make(b, world.room.value(), world.bob.value(), "12")),
        400,
        "M_UNABLE_TO_AUTHORISE_JOIN");
    assertRefused(
        World.refused(sendJoin, send(vouchedJoin("@alice:a.example"))),
        400,
        "M_UNABLE_TO_AUTHORISE_JOIN");
    assertNothingDone();
  }

  @Test
  void givenNoneOfUsMayInviteThenUnableToGrant() {
    World eleven = new World("11").resident();
    eleven.lobby(eleven.bob);
    eleven.inForce(
        eleven.us,
        eleven.alice,
        "m.room.join_rules",
        "",
        content("join_rule", "restricted")
            .with(
                "allow",
                new JsonArray(
                    List.of(content("type", "m.room_membership").with("room_id", "!lobby")))));
    eleven.inForce(
        eleven.us,
        eleven.alice,
        "m.room.power_levels",
        "",
        JsonObject.EMPTY.with("invite", JsonNumber.of(50)));
    Endpoint endpoint = new MakeJoinEndpoint(eleven.graphs, eleven.reader, eleven.us::name);

    assertRefused(
        World.refused(endpoint, make(b, eleven.room.value(), eleven.bob.value(), "11")),
        400,
        "M_UNABLE_TO_GRANT_JOIN");
  }

  @Test
  void givenAnInviteToARestrictedRoomThenNobodyHasToVouch() {
    restrictTo("!elsewhere");
    world.inForce(
        world.us, world.alice, "m.room.member", world.bob.value(), content("membership", "invite"));

    JsonObject template =
        World.granted(makeJoin, make(b, world.room.value(), world.bob.value(), "12"));

    assertThat(template.object("event").flatMap(event -> event.object("content")))
        .contains(content("membership", "join"));
  }
}
