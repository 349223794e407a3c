package org.theseus.messaging.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.theseus.messaging.core.World.get;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.theseus.pdu.api.RoomInfo.Participation;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonBoolean;
import org.theseus.protocol.api.JsonNull;
import org.theseus.protocol.api.JsonNumber;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonString;
import org.theseus.protocol.api.JsonValue;
import org.theseus.protocol.api.MatrixException;
import org.theseus.protocol.api.RoomAlias;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.TransientException;
import org.theseus.transport.api.FederationClient;
import org.theseus.transport.api.FederationClient.Request;
import org.theseus.transport.api.FederationClient.Response;

/** Joining rooms through other servers. */
@Timeout(30)
class JoinTest {
  private final World world = new World();
  private final ServerName b = world.other.name();
  private final ServerName c = world.third.name();

  @AfterEach
  void close() {
    world.close();
  }

  private JsonObject template() {
    return JsonObject.builder()
        .put("room_version", "12")
        .put("event", Pdus.member(world.room, world.alice, world.alice, "join"))
        .build();
  }

  private JsonObject joined() {
    JsonArray events = new JsonArray(List.of(world.create.json()));
    return JsonObject.builder().put("state", events).put("auth_chain", events).build();
  }

  private static boolean isMake(Request request) {
    return request.path().contains("/make_join/");
  }

  /** Every server makes a template; what it says to the join is up to the test. */
  private void sendJoin(Function<Request, Response> answer) {
    world.peers.answers =
        request -> isMake(request) ? FakePeers.ok(template()) : answer.apply(request);
  }

  private Object join(ServerName... via) {
    return get(world.core().join(world.alice, world.room, List.of(via)));
  }

  private List<JsonValue> sentJoins() {
    return world.peers.requests.stream()
        .filter(request -> !isMake(request))
        .<JsonValue>flatMap(request -> request.body().stream())
        .toList();
  }

  @Test
  void givenAResidentThenTheRoomIsJoinedThroughIt() {
    sendJoin(request -> FakePeers.ok(joined()));

    assertThat(join(b)).isEqualTo(world.room);

    String room = FederationClient.encode(world.room.value());
    Event join = world.graphs.stored.get(0);
    assertThat(world.peers.lines())
        .containsExactly(
            "GET b.example /_matrix/federation/v1/make_join/"
                + room
                + "/%40alice%3Aa.example?ver=1&ver=10&ver=11&ver=12&ver=2&ver=3"
                + "&ver=4&ver=5&ver=6&ver=7&ver=8&ver=9",
            "PUT b.example /_matrix/federation/v2/send_join/"
                + room
                + "/"
                + FederationClient.encode(join.id().value())
                + "?omit_members=false");
    assertThat(world.peers.requests.get(1).maxAnswerBytes()).isEqualTo(FederationClient.LARGE);
    assertThat(world.graphs.done).containsExactly("begin [b.example]", "adopt b.example 1 1");
    assertThat(join.json().without("hashes", "signatures", "origin_server_ts"))
        .isEqualTo(
            Pdus.member(world.room, world.alice, world.alice, "join").without("origin_server_ts"));
    assertThat(get(world.graphs.verify("12", join.json()))).isEqualTo(join);
    assertThat(join.originServerTs()).isGreaterThan(1_000_000);
  }

  static Stream<Arguments> malformedTemplates() {
    return Stream.of(
        changed("no object", answer -> JsonObject.EMPTY),
        changed("no event", answer -> answer.without("event")),
        changed("event is a string", answer -> answer.with("event", "x")),
        changed("unknown version", answer -> answer.with("room_version", "99")),
        changed("no version", answer -> answer.without("room_version")),
        event("other room", event -> event.with("room_id", "!other")),
        event("no room", event -> event.without("room_id")),
        event("other sender", event -> event.with("sender", "@eve:a.example")),
        event("no sender", event -> event.without("sender")),
        event("other state key", event -> event.with("state_key", "@eve:a.example")),
        event("no state key", event -> event.without("state_key")),
        event("other type", event -> event.with("type", "m.room.power_levels")),
        event("other membership", event -> event.with("content", content("leave"))),
        event("no membership", event -> event.with("content", JsonObject.EMPTY)),
        event("no content", event -> event.without("content")),
        event("negative depth", event -> event.with("depth", JsonNumber.of(-1))),
        event("fractional depth", event -> event.with("depth", new JsonNumber("1.5"))),
        event("no depth", event -> event.without("depth")),
        event("no prev_events", event -> event.without("prev_events")),
        event("empty prev_events", event -> event.with("prev_events", JsonArray.EMPTY)),
        event("21 prev_events", event -> event.with("prev_events", ids(21))),
        event("11 auth_events", event -> event.with("auth_events", ids(11))),
        event("auth_events null", event -> event.with("auth_events", JsonNull.NULL)),
        event(
            "prev_events of numbers",
            event -> event.with("prev_events", new JsonArray(List.of(JsonNumber.of(1))))),
        event(
            "a voucher of another server",
            event ->
                event.with(
                    "content",
                    content("join")
                        .with("join_authorised_via_users_server", "@mallory:c.example"))),
        event(
            "a voucher that is no user",
            event ->
                event.with(
                    "content", content("join").with("join_authorised_via_users_server", "x"))));
  }

  private static JsonObject content(String membership) {
    return JsonObject.EMPTY.with("membership", membership);
  }

  private static JsonArray ids(int count) {
    return new JsonArray(
        Stream.iterate(0, i -> i + 1)
            .limit(count)
            .<JsonValue>map(i -> new JsonString("$" + i))
            .toList());
  }

  private static Arguments changed(String name, UnaryOperator<JsonObject> change) {
    return Arguments.of(name, change);
  }

  private static Arguments event(String name, UnaryOperator<JsonObject> change) {
    return changed(
        name, answer -> answer.with("event", change.apply(answer.object("event").orElseThrow())));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("malformedTemplates")
  void givenAMalformedTemplateThenNothingIsSignedAndTheNextServerIsAsked(
      String name, UnaryOperator<JsonObject> change) {
    world.peers.answers =
        request -> {
          if (!isMake(request)) {
            return FakePeers.ok(joined());
          }
          JsonObject answer = template();
          return FakePeers.ok(request.destination().equals(b) ? change.apply(answer) : answer);
        };

    assertThatThrownBy(() -> join(b)).isInstanceOf(MatrixException.class);
    assertThat(sentJoins()).isEmpty();
    assertThat(world.graphs.done).isEmpty();

    assertThat(join(b, c)).isEqualTo(world.room);
    assertThat(world.graphs.done)
        .containsExactly("begin [c.example, b.example]", "adopt c.example 1 1");
  }

  @Test
  void givenATemplateWithMoreThanItsPlaceThenTheRestIsLeftOut() {
    world.peers.answers =
        request -> {
          JsonObject event = template().object("event").orElseThrow();
          JsonObject stuffed =
              event
                  .with("unsigned", JsonObject.EMPTY.with("age", "1"))
                  .with("redacts", "$victim")
                  .with("content", content("join").with("displayname", "I am a fool"));
          return FakePeers.ok(isMake(request) ? template().with("event", stuffed) : joined());
        };

    join(b);

    Event join = world.graphs.stored.get(0);
    assertThat(join.content()).isEqualTo(content("join"));
    assertThat(join.json().members().keySet())
        .containsExactlyInAnyOrder(
            "auth_events",
            "content",
            "depth",
            "hashes",
            "origin_server_ts",
            "prev_events",
            "room_id",
            "sender",
            "signatures",
            "state_key",
            "type");
  }

  @Test
  void givenARestrictedRoomThenTheResidentsSignatureIsTakenOver() {
    String voucher = "@mod:b.example";
    JsonObject restricted = content("join").with("join_authorised_via_users_server", voucher);
    world.peers.answers =
        request -> {
          if (isMake(request)) {
            JsonObject event = template().object("event").orElseThrow();
            return FakePeers.ok(template().with("event", event.with("content", restricted)));
          }
          Event join = world.version.parse(request.body().orElseThrow());
          Event both = world.version.addSignature(join, b, world.other.signer());
          return FakePeers.ok(joined().with("event", both.json()));
        };

    join(b);

    Event join = world.graphs.stored.get(0);
    assertThat(join.content()).isEqualTo(restricted);
    assertThat(join.json().object("signatures").orElseThrow().members())
        .containsOnlyKeys("a.example", "b.example");
  }

  @Test
  void givenTheResidentAnswersWithAnotherEventThenOurOwnIsKept() {
    Event foreign =
        world.other.signed(world.version, Pdus.member(world.room, world.bob, world.bob, "join"));
    sendJoin(request -> FakePeers.ok(joined().with("event", foreign.json())));

    join(b);

    assertThat(world.graphs.stored.get(0).sender()).isEqualTo(world.alice);
  }

  static Stream<Arguments> unusableAnswers() {
    return Stream.of(
        changed("no state", answer -> answer.without("state")),
        changed("state is no array", answer -> answer.with("state", "x")),
        changed("no auth_chain", answer -> answer.without("auth_chain")),
        changed("members left out", answer -> answer.with("members_omitted", JsonBoolean.of(true))),
        changed(
            "a malformed event",
            answer -> answer.with("event", JsonObject.EMPTY.with("type", "x"))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("unusableAnswers")
  void givenAnAnswerThatCannotBeUsedThenTheSameJoinGoesToTheNextServer(
      String name, UnaryOperator<JsonObject> change) {
    sendJoin(
        request ->
            FakePeers.ok(request.destination().equals(b) ? change.apply(joined()) : joined()));

    join(b, c);

    assertThat(world.graphs.done)
        .containsExactly("begin [b.example, c.example]", "adopt c.example 1 1");
    assertThat(sentJoins()).hasSize(2);
    assertThat(sentJoins().get(0)).isEqualTo(sentJoins().get(1));
  }

  @Test
  void givenNobodysAnswerHoldsTogetherThenTheJoinIsGivenUp() {
    world.graphs.refusals.put("adopt", new MatrixException(400, "M_BAD_JSON", "a forged state"));
    sendJoin(request -> FakePeers.ok(joined()));

    assertThatThrownBy(() -> join(b)).hasMessage("M_BAD_JSON: a forged state");

    assertThat(world.graphs.done).containsExactly("begin [b.example]", "abandon " + world.room);
    assertThat(world.graphs.unfinished).isEmpty();
  }

  @Test
  void givenARefusalThenTheNextServerIsAskedForATemplateAndTheFirstRefusalIsTold() {
    world.peers.answers = request -> FakePeers.refusal(403, "M_FORBIDDEN");

    assertThatThrownBy(() -> join(b, c))
        .isInstanceOfSatisfying(
            MatrixException.class, no -> assertThat(no.error().errcode()).isEqualTo("M_FORBIDDEN"));

    assertThat(world.peers.lines()).hasSize(2).allMatch(line -> line.startsWith("GET"));
    assertThat(world.graphs.done).isEmpty();
  }

  @Test
  void givenSendJoinIsRefusedThenThatJoinIsGivenUpAndTheNextServerTried() {
    sendJoin(
        request ->
            request.destination().equals(b)
                ? FakePeers.refusal(400, "M_UNABLE_TO_GRANT_JOIN")
                : FakePeers.ok(joined()));

    join(b, c);

    assertThat(world.graphs.done)
        .containsExactly(
            "begin [b.example, c.example]",
            "abandon " + world.room,
            "begin [c.example, b.example]",
            "adopt c.example 1 1");
  }

  @Test
  void givenNobodyKnowsWhatBecameOfTheJoinThenTheSameEventIsSentAgain() {
    AtomicInteger attempts = new AtomicInteger();
    sendJoin(
        request -> {
          if (attempts.incrementAndGet() < 3) {
            throw FakePeers.away();
          }
          return FakePeers.ok(joined());
        });

    join(b);

    assertThat(sentJoins()).hasSize(3);
    assertThat(sentJoins().stream().distinct()).hasSize(1);
    assertThat(world.graphs.done).containsExactly("begin [b.example]", "adopt b.example 1 1");
  }

  @Test
  void givenTheAnswerNeverComesThenTheJoinStaysNotedAndTheNextCallSendsTheSameEvent() {
    List<Integer> statuses = new ArrayList<>(List.of(500, 502, 429));
    sendJoin(
        request ->
            statuses.isEmpty()
                ? FakePeers.ok(joined())
                : FakePeers.refusal(statuses.remove(0), "M_UNKNOWN"));

    assertThatThrownBy(() -> join(b))
        .isInstanceOf(TransientException.class)
        .hasMessageContaining("sent but not answered");
    assertThat(world.graphs.unfinished).hasSize(1);
    world.reader.room(world.room, "12", Participation.JOINING);
    world.graphs.onAdopt =
        join -> {
          world.reader.room(world.room, "12", Participation.JOINED);
          world.reader.inForce(join);
        };

    assertThat(join()).isEqualTo(world.room);

    assertThat(world.graphs.unfinished).isEmpty();
    assertThat(sentJoins()).hasSize(4);
    assertThat(sentJoins().stream().distinct()).hasSize(1);
  }

  @Test
  void givenUnclearAtOneServerThenARefusalElsewhereDoesNotGiveTheJoinUp() {
    sendJoin(
        request -> {
          if (request.destination().equals(b)) {
            throw FakePeers.away();
          }
          return FakePeers.refusal(403, "M_FORBIDDEN");
        });

    assertThatThrownBy(() -> join(b, c)).isInstanceOf(TransientException.class);

    assertThat(world.graphs.unfinished).hasSize(1);
    assertThat(world.graphs.done).containsExactly("begin [b.example, c.example]");
  }

  @Test
  void givenAJoinFromBeforeACrashThenItIsFinishedAtActivationWithTheSameEvent() throws Exception {
    Event join =
        world.us.signed(world.version, Pdus.member(world.room, world.alice, world.alice, "join"));
    world.graphs.beginJoin(join, List.of(b), "12");
    CompletableFuture<JsonValue> sent = new CompletableFuture<>();
    world.peers.answers =
        request -> {
          sent.complete(request.body().orElseThrow());
          return FakePeers.ok(joined());
        };

    world.core();

    assertThat(get(sent)).isEqualTo(join.json());
    while (!world.graphs.unfinished.isEmpty()) {
      Thread.sleep(5);
    }
    assertThat(world.graphs.done).containsExactly("begin [b.example]", "adopt b.example 1 1");
  }

  @Test
  void givenAnInviteThenTheInvitersServerIsAskedWithoutBeingNamed() {
    world.invited();
    sendJoin(request -> FakePeers.ok(joined()));

    join();

    assertThat(world.peers.lines().get(0)).startsWith("GET b.example");
  }

  @Test
  void givenNoServerIsKnownThenNotFound() {
    assertThatThrownBy(() -> join(world.us.name()))
        .isInstanceOfSatisfying(
            MatrixException.class, no -> assertThat(no.error().errcode()).isEqualTo("M_NOT_FOUND"));
    assertThat(world.peers.requests).isEmpty();
  }

  @Test
  void givenAnAliasThenItsServerIsAskedAndThoseItNames() {
    world.peers.answers =
        request -> {
          if (request.path().contains("directory")) {
            return FakePeers.ok(
                JsonObject.builder()
                    .put("room_id", world.room.value())
                    .put("servers", JsonArray.ofStrings(List.of("not a name", "c.example")))
                    .build());
          }
          return request.destination().equals(c)
              ? FakePeers.ok(isMake(request) ? template() : joined())
              : FakePeers.refusal(404, "M_NOT_FOUND");
        };

    assertThat(get(world.core().join(world.alice, RoomAlias.of("#hall:b.example"), List.of())))
        .isEqualTo(world.room);

    assertThat(world.peers.lines().get(0))
        .isEqualTo(
            "GET b.example /_matrix/federation/v1/query/directory?room_alias=%23hall%3Ab.example");
    assertThat(world.peers.lines().get(1)).startsWith("GET c.example");
  }

  @Test
  void givenARoomWeAreInThenTheJoinIsOurOwn() {
    world.resident();

    get(world.core().join(world.us.user("carol"), world.room, List.of(b)));

    assertThat(world.peers.requests).isEmpty();
    assertThat(world.graphs.done).containsExactly("send m.room.member");
    assertThat(world.graphs.stored.get(0).content()).isEqualTo(content("join"));
  }

  @Test
  void givenAUserWhoIsInTheRoomThenNothingIsDone() {
    world.resident();

    assertThat(join()).isEqualTo(world.room);

    assertThat(world.graphs.done).isEmpty();
  }

  @Test
  void givenARestrictedRoomWeAreInThenOneOfUsVouches() {
    world.resident();
    RoomId lobby = world.lobby(world.us.user("carol"));
    world.inForce(
        world.us,
        world.alice,
        "m.room.join_rules",
        "",
        JsonObject.EMPTY
            .with("join_rule", "restricted")
            .with(
                "allow",
                new JsonArray(
                    List.of(
                        JsonObject.EMPTY
                            .with("type", "m.room_membership")
                            .with("room_id", lobby.value())))));

    get(world.core().join(world.us.user("carol"), world.room, List.of()));

    assertThat(world.graphs.stored.get(0).content())
        .isEqualTo(content("join").with("join_authorised_via_users_server", "@alice:a.example"));
  }
}
