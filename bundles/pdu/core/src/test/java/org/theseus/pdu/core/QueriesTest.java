package org.theseus.pdu.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.MatrixException;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.UserId;
import org.theseus.transport.api.FederationClient;
import org.theseus.transport.api.FederationClient.Request;

/** What other servers may ask, and what they may not. */
@Timeout(120)
class QueriesTest {
  private static final String PREFIX = "/_matrix/federation/v1/";

  @TempDir Path folder;
  private World world;
  private TestServer a;
  private TestServer b;
  private UserId alice;
  private RoomId room;
  private Event hidden;
  private Event shown;

  @BeforeEach
  void aRoomThatHidesWhatWasBeforeAJoin() {
    world = new World(folder);
    a = world.server("a.example");
    b = world.server("b.example");
    alice = a.user("alice");
    room = a.create("11", alice);
    a.set(
        room,
        alice,
        "m.room.history_visibility",
        TestServer.content("history_visibility", "joined"));
    hidden = a.say(room, alice, "hidden");
    b.join(room, b.user("bob"), a);
    shown = a.say(room, alice, "shown");
  }

  @AfterEach
  void end() {
    world.close();
  }

  private JsonObject ask(ServerName origin, String path) {
    return ask(origin, Request.get(a.name(), PREFIX + path, Duration.ZERO, 0));
  }

  private JsonObject ask(ServerName origin, Request request) {
    return Asked.parse(origin, request).of(a.core().queries());
  }

  private JsonObject post(JsonObject body) {
    return ask(
        b.name(),
        new Request(
            a.name(),
            "POST",
            PREFIX + "get_missing_events/" + FederationClient.encode(room.value()),
            Optional.of(body),
            Duration.ZERO,
            0));
  }

  private static List<String> bodies(JsonObject answer, String name) {
    return answer.array(name).orElseThrow().objects().stream()
        .map(event -> event.object("content").orElseThrow().string("body").orElse("-"))
        .toList();
  }

  private static String encode(Event event) {
    return FederationClient.encode(event.id().value());
  }

  @Test
  void handsOutSingleEventsRedactedWhereHistoryIsHidden() {
    JsonObject answer = ask(b.name(), "event/" + encode(shown));

    assertThat(answer.string("origin")).contains("a.example");
    assertThat(answer.integer("origin_server_ts")).isPresent();
    assertThat(bodies(answer, "pdus")).containsExactly("shown");
    assertThat(bodies(ask(b.name(), "event/" + encode(hidden)), "pdus")).containsExactly("-");
  }

  @Test
  void handsOutTheStateBeforeAnEventWithItsAuthChain() {
    String at = FederationClient.encode(room.value()) + "?event_id=" + encode(hidden);

    JsonObject state = ask(b.name(), "state/" + at);
    JsonObject ids = ask(b.name(), "state_ids/" + at);

    // create, creator, power levels, join rules, history visibility; bob came later
    assertThat(state.array("pdus").orElseThrow().objects()).hasSize(5);
    assertThat(state.array("auth_chain").orElseThrow().objects()).isNotEmpty();
    assertThat(ids.array("pdu_ids").orElseThrow().strings()).hasSize(5);
    assertThat(ids.array("auth_chain_ids").orElseThrow().strings())
        .hasSameSizeAs(state.array("auth_chain").orElseThrow().objects());
  }

  @Test
  void handsOutAuthChains() {
    JsonObject answer =
        ask(b.name(), "event_auth/" + FederationClient.encode(room.value()) + "/" + encode(shown));

    assertThat(answer.array("auth_chain").orElseThrow().objects())
        .anyMatch(event -> event.string("type").equals(Optional.of("m.room.create")))
        .noneMatch(event -> event.string("type").equals(Optional.of("m.room.message")));
  }

  @Test
  void tellsTheEventClosestToATime() {
    Event first = a.say(room, alice, "first");
    world.pass(10_000);
    Event second = a.say(room, alice, "second");
    long between = second.originServerTs() - 5_000;

    assertThat(at(between, "f").string("event_id")).contains(second.id().value());
    assertThat(at(between, "f").integer("origin_server_ts")).hasValue(second.originServerTs());
    assertThat(at(between, "b").string("event_id")).contains(first.id().value());
    assertThat(at(second.originServerTs(), "b").string("event_id")).contains(second.id().value());
    assertThatThrownBy(() -> at(second.originServerTs() + 1, "f"))
        .isInstanceOf(MatrixException.class);
    assertThatThrownBy(() -> at(0, "b")).isInstanceOf(MatrixException.class);
    assertThatThrownBy(() -> at(0, "up")).isInstanceOf(MatrixException.class);
  }

  private JsonObject at(long ts, String direction) {
    return ask(
        b.name(),
        "timestamp_to_event/"
            + FederationClient.encode(room.value())
            + "?ts="
            + ts
            + "&dir="
            + direction);
  }

  @Test
  void handsOutHistoryNewestFirst() {
    JsonObject answer =
        ask(
            b.name(),
            "backfill/"
                + FederationClient.encode(room.value())
                + "?limit=4&v="
                + encode(shown)
                + "&v=%24unknown");

    assertThat(bodies(answer, "pdus")).containsExactly("shown", "-", "-", "-");
  }

  @Test
  void handsOutWhatLiesBetween() {
    Event latest = a.say(room, alice, "latest");
    JsonObject answer =
        post(
            JsonObject.builder()
                .put("latest_events", JsonArray.ofStrings(List.of(latest.id().value())))
                .put("earliest_events", JsonArray.ofStrings(List.of(hidden.id().value())))
                .build());

    // the join and what was said after it, oldest first
    assertThat(bodies(answer, "events")).containsExactly("-", "shown");
  }

  @Test
  void neverHandsOutMoreThanItsBounds() {
    Event latest = shown;
    for (int i = 0; i < 120; i++) {
      latest = a.say(room, alice, "m" + i);
    }
    JsonObject missing =
        post(
            JsonObject.builder()
                .put("latest_events", JsonArray.ofStrings(List.of(latest.id().value())))
                .put("earliest_events", JsonArray.EMPTY)
                .put("limit", 1_000_000)
                .build());
    JsonObject history =
        ask(
            b.name(),
            "backfill/"
                + FederationClient.encode(room.value())
                + "?limit=1000000&v="
                + encode(latest));

    assertThat(bodies(missing, "events")).hasSize(20).endsWith("m118");
    assertThat(bodies(history, "pdus")).hasSize(100).startsWith("m119");
  }

  @ParameterizedTest
  @CsvSource({
    "event/%24none, 404, M_NOT_FOUND",
    "state/ROOM, 400, M_MISSING_PARAM",
    "state/ROOM?event_id=%24none, 404, M_NOT_FOUND",
    "state/noroom?event_id=%24none, 400, M_INVALID_PARAM",
    "state/%21none%3Aa.example?event_id=%24none, 404, M_NOT_FOUND",
    "state_ids/ROOM, 400, M_MISSING_PARAM",
    "state_ids/ROOM?event_id=, 400, M_INVALID_PARAM",
    "event_auth/ROOM/%24none, 404, M_NOT_FOUND",
    "backfill/ROOM?limit=5, 400, M_MISSING_PARAM",
    "backfill/ROOM?v=%24none, 400, M_MISSING_PARAM",
    "backfill/ROOM?v=%24none&limit=many, 400, M_INVALID_PARAM",
    "backfill/ROOM?v=%24none&limit=0, 400, M_INVALID_PARAM",
    "backfill/ROOM?v=&limit=1, 400, M_INVALID_PARAM"
  })
  void refusesWhatCannotBeAnswered(String path, int status, String errcode) {
    String at = path.replace("ROOM", FederationClient.encode(room.value()));

    assertThatThrownBy(() -> ask(b.name(), at))
        .isInstanceOfSatisfying(
            MatrixException.class,
            refused -> {
              assertThat(refused.error().status()).isEqualTo(status);
              assertThat(refused.error().errcode()).isEqualTo(errcode);
              assertThat(refused.error().error()).isNotEmpty();
            });
  }

  @ParameterizedTest
  @CsvSource({
    "'{}', M_MISSING_PARAM",
    "'{\"latest_events\": []}', M_MISSING_PARAM",
    "'{\"latest_events\": [], \"earliest_events\": {}}', M_INVALID_PARAM",
    "'{\"latest_events\": [1], \"earliest_events\": []}', M_INVALID_PARAM",
    "'{\"latest_events\": [\"\"], \"earliest_events\": []}', M_INVALID_PARAM",
    "'{\"latest_events\": [], \"earliest_events\": [], \"limit\": \"1\"}', M_INVALID_PARAM",
    "'{\"latest_events\": [], \"earliest_events\": [], \"limit\": -1}', M_INVALID_PARAM",
    "'{\"latest_events\": [], \"earliest_events\": [], \"min_depth\": 0.5}', M_INVALID_PARAM"
  })
  void refusesMalformedBodies(String body, String errcode) {
    JsonObject parsed = TestServer.JSON.readObject(body.getBytes(StandardCharsets.UTF_8));

    assertThatThrownBy(() -> post(parsed))
        .isInstanceOfSatisfying(
            MatrixException.class,
            refused -> {
              assertThat(refused.error().status()).isEqualTo(400);
              assertThat(refused.error().errcode()).isEqualTo(errcode);
            });
  }

  @Test
  void answersOnlyServersInTheRoomThatItsAccessListLets() {
    List<String> paths =
        List.of(
            "event/" + encode(shown),
            "state/" + FederationClient.encode(room.value()) + "?event_id=" + encode(shown),
            "state_ids/" + FederationClient.encode(room.value()) + "?event_id=" + encode(shown),
            "event_auth/" + FederationClient.encode(room.value()) + "/" + encode(shown),
            "backfill/" + FederationClient.encode(room.value()) + "?limit=1&v=" + encode(shown));

    paths.forEach(path -> assertForbidden(ServerName.of("c.example"), path));
    a.set(
        room,
        alice,
        "m.room.server_acl",
        JsonObject.builder()
            .put("allow", JsonArray.ofStrings(List.of("*")))
            .put("deny", JsonArray.ofStrings(List.of("b.example")))
            .build());
    paths.forEach(path -> assertForbidden(b.name(), path));
  }

  private void assertForbidden(ServerName origin, String path) {
    assertThatThrownBy(() -> ask(origin, path))
        .isInstanceOfSatisfying(
            MatrixException.class,
            refused -> {
              assertThat(refused.error().status()).isEqualTo(403);
              assertThat(refused.error().errcode()).isEqualTo("M_FORBIDDEN");
            });
  }
}
