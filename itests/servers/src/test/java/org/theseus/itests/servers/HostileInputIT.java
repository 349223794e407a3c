package org.theseus.itests.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.theseus.itests.peer.Grammar;
import org.theseus.itests.peer.Guest;
import org.theseus.itests.peer.Peer;
import org.theseus.itests.peer.Server;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonNumber;
import org.theseus.protocol.api.JsonObject;

/**
 * Bad input on every endpoint of a running server: the specification's error, nothing stored, no
 * stack trace in an answer.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileInputIT {
  @TempDir static Path directory;

  private Server server;
  private Peer peer;
  private Peer stranger;
  private Guest guest;
  private String room;

  @BeforeAll
  void start() throws Exception {
    Path trusted = Files.createFile(directory.resolve("trusted.pem"));
    peer = Peer.start(directory.resolve("peer"));
    stranger = Peer.start(directory.resolve("stranger"));
    for (Peer each : List.of(peer, stranger)) {
      Files.writeString(trusted, Files.readString(each.certificate()), StandardOpenOption.APPEND);
    }
    server = Server.create(directory.resolve("home"), trusted);
    server.start();
    room = server.result("create", server.user("alice"), "--public", "--alias", "hall");
    guest = Guest.join(peer, server.name(), room, "guest");
  }

  @AfterAll
  void stop() {
    server.close();
    peer.close();
    stranger.close();
  }

  /** A request that is refused, in the words of the specification. */
  private record Refused(
      String what, String method, String target, String body, int status, String errcode) {
    @Override
    public String toString() {
      return what;
    }
  }

  private static Refused get(String what, String target, int status, String errcode) {
    return new Refused(what, "GET", target, "", status, errcode);
  }

  private static Refused put(String what, String target, String body, int status, String errcode) {
    return new Refused(what, "PUT", target, body, status, errcode);
  }

  private static Refused post(String what, String target, String body, int status, String errcode) {
    return new Refused(what, "POST", target, body, status, errcode);
  }

  private static final String FED = "/_matrix/federation";

  static Stream<Refused> signedRequests() {
    return Stream.of(
        get("unknown path", FED + "/v1/nothing", 404, "M_UNRECOGNIZED"),
        get("wrong method on send", FED + "/v1/send/1", 405, "M_UNRECOGNIZED"),
        post("removed endpoint", FED + "/v1/send_join/ROOM/x", "{}", 404, "M_UNRECOGNIZED"),
        put("wrong method on version", FED + "/v1/version", "{}", 405, "M_UNRECOGNIZED"),
        post("wrong method on keys", "/_matrix/key/v2/server", "{}", 405, "M_UNRECOGNIZED"),
        get(
            "make_leave for another server's user",
            FED + "/v1/make_leave/ROOM/%40x%3Aelsewhere.example",
            403,
            "M_FORBIDDEN"),
        get("make_leave in no room", FED + "/v1/make_leave/%21nowhere/GUEST", 404, "M_NOT_FOUND"),
        put("pdus no array", FED + "/v1/send/a1", "{\"pdus\":{}}", 400, "M_BAD_JSON"),
        put("51 PDUs", FED + "/v1/send/a2", many("pdus", 51), 400, "M_BAD_JSON"),
        put("101 EDUs", FED + "/v1/send/a3", many("edus", 101), 400, "M_BAD_JSON"),
        get("unknown event", FED + "/v1/event/%24none", 404, "M_NOT_FOUND"),
        get("state without an event", FED + "/v1/state/ROOM", 400, "M_MISSING_PARAM"),
        get("ids without an event", FED + "/v1/state_ids/ROOM", 400, "M_MISSING_PARAM"),
        get("state at nothing", FED + "/v1/state/ROOM?event_id=%24none", 404, "M_NOT_FOUND"),
        get("auth of nothing", FED + "/v1/event_auth/ROOM/%24none", 404, "M_NOT_FOUND"),
        get("no time", FED + "/v1/timestamp_to_event/ROOM?dir=f", 400, "M_MISSING_PARAM"),
        get("time x", FED + "/v1/timestamp_to_event/ROOM?ts=x&dir=f", 400, "M_INVALID_PARAM"),
        get("backfill without v", FED + "/v1/backfill/ROOM?limit=5", 400, "M_MISSING_PARAM"),
        get(
            "backfill with a limit that is none",
            FED + "/v1/backfill/ROOM?v=%24x&limit=many",
            400,
            "M_INVALID_PARAM"),
        post(
            "get_missing_events without latest",
            FED + "/v1/get_missing_events/ROOM",
            "{\"earliest_events\":[]}",
            400,
            "M_MISSING_PARAM"),
        get(
            "make_join for another server's user",
            FED + "/v1/make_join/ROOM/%40x%3Aelsewhere.example?ver=12",
            403,
            "M_FORBIDDEN"),
        get(
            "make_join without our version",
            FED + "/v1/make_join/ROOM/GUEST?ver=1",
            400,
            "M_INCOMPATIBLE_ROOM_VERSION"),
        get(
            "make_join in no room",
            FED + "/v1/make_join/%21nowhere/GUEST?ver=12",
            404,
            "M_NOT_FOUND"),
        put("send_join of nothing", FED + "/v2/send_join/ROOM/%24x", "{}", 400, "M_BAD_JSON"),
        put("send_leave of nothing", FED + "/v2/send_leave/ROOM/%24x", "{}", 400, "M_BAD_JSON"),
        put("invite of nothing", FED + "/v2/invite/ROOM/%24x", "{}", 400, "M_MISSING_PARAM"),
        get("directory without alias", FED + "/v1/query/directory", 400, "M_MISSING_PARAM"),
        get(
            "directory of no alias",
            FED + "/v1/query/directory?room_alias=hall",
            400,
            "M_INVALID_PARAM"),
        get(
            "unknown alias",
            FED + "/v1/query/directory?room_alias=%23none%3ASERVER",
            404,
            "M_NOT_FOUND"));
  }

  private static String many(String name, int count) {
    List<JsonObject> elements = IntStream.range(0, count).mapToObj(i -> JsonObject.EMPTY).toList();
    return JsonObject.builder()
        .put("pdus", JsonArray.EMPTY)
        .put(name, new JsonArray(List.copyOf(elements)))
        .build()
        .toString();
  }

  @ParameterizedTest
  @MethodSource("signedRequests")
  void aSignedRequestIsRefusedInTheSpecificationsWords(Refused refused) throws Exception {
    List<String> before = server.timelineIds(room);
    String target =
        refused
            .target()
            .replace("ROOM", encode(room))
            .replace("GUEST", encode(guest.user().value()))
            .replace("SERVER", encode(server.name()));
    Optional<JsonObject> body =
        refused.body().isEmpty()
            ? Optional.empty()
            : Optional.of(Grammar.JSON.readObject(refused.body().getBytes(StandardCharsets.UTF_8)));

    Peer.Reply reply = peer.ask(server.name(), refused.method(), target, body);

    assertError(reply, refused.status(), refused.errcode());
    assertThat(server.timelineIds(room)).isEqualTo(before);
  }

  @ParameterizedTest
  @MethodSource("signedEndpoints")
  void withoutATrueSignatureNothingIsAnswered(String method, String path) throws Exception {
    String target = FED + path.replace("ROOM", encode(room));
    Optional<JsonObject> body =
        method.equals("GET")
            ? Optional.empty()
            : Optional.of(JsonObject.EMPTY.with("pdus", JsonArray.EMPTY));
    byte[] bytes = body.map(JsonObject::toBytes).orElseGet(() -> new byte[0]);
    String good = peer.xMatrix(server.name(), method, target, body);
    List<List<String>> headers = new ArrayList<>();
    headers.add(List.of());
    headers.add(List.of("Bearer abc"));
    headers.add(List.of("X-Matrix"));
    headers.add(List.of(good.replace("sig=\"", "sig=\"AAAA")));
    headers.add(List.of(good.replace(server.name(), "127.0.0.1:1")));
    headers.add(List.of(good.replace("ed25519:test", "ed25519:other")));
    headers.add(List.of(peer.xMatrix(server.name(), "DELETE", target, body)));
    headers.add(List.of(stranger.xMatrix(server.name(), method, target, body), good));
    for (List<String> authorizations : headers) {
      Peer.Reply reply = peer.send(server.name(), method, target, bytes, authorizations);
      assertError(reply, 401, "M_UNAUTHORIZED");
    }
  }

  static Stream<Arguments> signedEndpoints() {
    return Stream.of(
            "PUT /v1/send/unsigned",
            "GET /v1/event/%24x",
            "GET /v1/state/ROOM?event_id=%24x",
            "GET /v1/state_ids/ROOM?event_id=%24x",
            "GET /v1/event_auth/ROOM/%24x",
            "GET /v1/timestamp_to_event/ROOM?ts=0&dir=f",
            "GET /v1/backfill/ROOM?v=%24x&limit=1",
            "POST /v1/get_missing_events/ROOM",
            "GET /v1/make_join/ROOM/%40x%3Ay?ver=12",
            "PUT /v2/send_join/ROOM/%24x",
            "GET /v1/make_leave/ROOM/%40x%3Ay",
            "PUT /v2/send_leave/ROOM/%24x",
            "PUT /v2/invite/ROOM/%24x",
            "GET /v1/query/directory?room_alias=%23a%3Ab")
        .map(line -> line.split(" ", 2))
        .map(words -> Arguments.of(words[0], words[1]));
  }

  @Test
  void aServerThatIsNotInTheRoomLearnsNothing() throws Exception {
    String event = encode(guest.last().id().value());
    for (String path :
        List.of(
            "/v1/event/" + event,
            "/v1/state/ROOM?event_id=" + event,
            "/v1/state_ids/ROOM?event_id=" + event,
            "/v1/event_auth/ROOM/" + event,
            "/v1/timestamp_to_event/ROOM?ts=0&dir=f",
            "/v1/backfill/ROOM?limit=10&v=" + event)) {
      String target = FED + path.replace("ROOM", encode(room));
      Peer.Reply reply = stranger.ask(server.name(), "GET", target, Optional.empty());
      assertThat(reply.status()).as(path).isIn(403, 404);
      assertError(reply, reply.status(), reply.status() == 403 ? "M_FORBIDDEN" : "M_NOT_FOUND");
    }
  }

  @ParameterizedTest
  @MethodSource("bodies")
  void aBodyThatIsNoJsonObjectIsRefused(byte[] body, int status, String errcode) throws Exception {
    String target = FED + "/v1/send/badbody";
    List<String> signed =
        List.of(peer.xMatrix(server.name(), "PUT", target, Optional.of(JsonObject.EMPTY)));

    Peer.Reply reply = peer.send(server.name(), "PUT", target, body, signed);

    assertError(reply, status, errcode);
  }

  static Stream<Arguments> bodies() {
    byte[] invalidUtf8 = {'{', '"', (byte) 0xC3, (byte) 0x28, '"', ':', '1', '}'};
    return Stream.of(
        Arguments.of(utf8("{"), 400, "M_NOT_JSON"),
        Arguments.of(utf8("not json"), 400, "M_NOT_JSON"),
        Arguments.of(utf8("{} {}"), 400, "M_NOT_JSON"),
        Arguments.of(invalidUtf8, 400, "M_NOT_JSON"),
        Arguments.of(utf8("[".repeat(1_001) + "]".repeat(1_001)), 400, "M_BAD_JSON"),
        Arguments.of(utf8("\"" + "x".repeat(17 << 20) + "\""), 413, "M_TOO_LARGE"));
  }

  @Test
  void badPdusGetTheirOwnErrorAndGoodOnesGoOn() throws Exception {
    Event good = guest.message("after the storm");
    JsonObject unsigned = guest.message("unsigned").json().without("signatures");
    JsonObject odd = guest.message("odd").json().with("origin_server_ts", "yesterday");
    Event tampered =
        guest.version().parse(guest.message("tampered").json().with("depth", JsonNumber.of(5)));
    JsonObject elsewhere = guest.message("elsewhere").json().with("room_id", "!nowhere:at.all");
    String wide = "x".repeat(70_000);
    Event tooLarge = guest.message("small");
    JsonObject large = tooLarge.json().with("content", JsonObject.EMPTY.with("body", wide));

    Peer.Reply reply =
        guest.transaction(
            "mixed",
            List.of(
                unsigned, odd, tampered.json(), elsewhere, large, JsonObject.EMPTY, good.json()));
    guest.follow(good);

    assertThat(reply.status()).isEqualTo(200);
    JsonObject pdus = reply.json().object("pdus").orElseThrow();
    assertThat(pdus.object(good.id().value())).hasValue(JsonObject.EMPTY);
    String unsignedId = guest.version().parse(unsigned).id().value();
    for (String refused : List.of(unsignedId, tampered.id().value())) {
      assertThat(pdus.object(refused).orElseThrow().string("error")).as(refused).isPresent();
    }
    awaitInTimeline(good.id());
    assertThat(texts())
        .contains("after the storm")
        .doesNotContain("unsigned", "odd", "tampered", "elsewhere", wide);
  }

  @Test
  void aRepeatedTransactionGetsTheSameAnswerByteForByte() throws Exception {
    Event event = guest.message("once");
    Peer.Reply first = guest.transaction("repeat", List.of(event.json()));
    guest.follow(event);
    awaitInTimeline(event.id());

    assertThat(guest.transaction("other-id", List.of(event.json())).status()).isEqualTo(200);
    Peer.Reply again = guest.transaction("repeat", List.of(event.json()));

    assertThat(again.status()).isEqualTo(200);
    assertThat(again.body()).isEqualTo(first.body());
    assertThat(first.json().object("pdus").orElseThrow().has(event.id().value())).isTrue();
    assertThat(server.timelineIds(room)).doesNotHaveDuplicates();
    assertThat(texts()).filteredOn("once"::equals).hasSize(1);
  }

  @Test
  void eventsTheRulesForbidAreNotShown() throws Exception {
    Event forbidden =
        guest.event(
            "m.room.power_levels",
            Optional.of(""),
            JsonObject.builder().put("users_default", 100).build(),
            List.of(guest.last().id()));
    Event kick =
        guest.event(
            "m.room.member",
            Optional.of(server.user("alice")),
            JsonObject.builder().put("membership", "ban").build(),
            List.of(guest.last().id()));
    Event after = guest.message("still here");
    assertThat(guest.send(forbidden, kick, after).status()).isEqualTo(200);
    guest.follow(after);

    awaitInTimeline(after.id());

    assertThat(server.timelineIds(room)).doesNotContain(forbidden.id().value(), kick.id().value());
    assertThat(server.result("send", server.user("alice"), room, "alice too")).startsWith("$");
  }

  @Test
  void unknownParentsNeitherBlockNorFillTheRoom() throws Exception {
    List<EventId> unknown =
        IntStream.range(0, 20).mapToObj(i -> EventId.of("$" + "A".repeat(40) + (100 + i))).toList();
    Event orphan =
        guest.event(
            "m.room.message", Optional.empty(), JsonObject.EMPTY.with("body", "orphan"), unknown);
    assertThat(guest.send(orphan).status()).isEqualTo(200);
    long start = System.nanoTime();
    Event next = guest.message("not delayed by the orphan");
    assertThat(guest.send(next).status()).isEqualTo(200);
    guest.follow(next);

    awaitInTimeline(next.id());

    assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start)).isCloseTo(0, within(30L));
    assertThat(server.timelineIds(room)).doesNotContain(orphan.id().value());
  }

  private static void assertError(Peer.Reply reply, int status, String errcode) {
    assertThat(reply.status()).as(reply.body()).isEqualTo(status);
    assertThat(reply.errcode()).as(reply.body()).isEqualTo(errcode);
    assertThat(reply.json().string("error")).isPresent();
    assertThat(reply.body()).doesNotContain("Exception", "\tat ", "org.theseus", "jetty");
  }

  private List<String> texts() throws Exception {
    return server.timeline(room).stream()
        .flatMap(event -> event.object("content").stream())
        .flatMap((JsonObject content) -> content.string("body").stream())
        .toList();
  }

  private void awaitInTimeline(EventId event) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!server.timelineIds(room).contains(event.value())) {
      assertThat(System.nanoTime()).as(event + " arrives").isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
