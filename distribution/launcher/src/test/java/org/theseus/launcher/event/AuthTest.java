package org.theseus.launcher.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.theseus.launcher.event.TestGraph.ALICE;
import static org.theseus.launcher.event.TestGraph.BOB;
import static org.theseus.launcher.event.TestGraph.CAROL;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonBoolean;
import org.theseus.protocol.api.JsonObject;

class AuthTest {
  @TempDir Path directory;

  private static Typed no(String reason) {
    return new Typed(1, "{\"allowed\":false,\"reason\":\"" + reason + "\"}\n", "");
  }

  private static final Typed YES = new Typed(0, "{\"allowed\":true,\"reason\":null}\n", "");

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void anEventIsJudgedByTheStateGiven(int version) throws IOException {
    TestGraph graph = new TestGraph(version);
    graph.event("topic", BOB, "m.room.topic", "", "{}").citing("create", "levels", "bob");
    assertThat(graph.auth(directory, graph.take())).isEqualTo(YES);
    graph.event("topic", CAROL, "m.room.topic", "", "{}").citing("create", "levels");
    assertThat(graph.auth(directory, graph.take())).isEqualTo(no("the sender is not joined"));

    // what was before it, and its own id, need not be known
    graph
        .event("topic", BOB, "m.room.topic", "", "{}")
        .after("unknown")
        .citing("create", "levels", "bob")
        .without("event_id");
    assertThat(graph.auth(directory, graph.take())).isEqualTo(YES);
  }

  @Test
  void theRulesAboutAuthEventsLookAtThoseListedAndTheOthersAtAll() throws IOException {
    TestGraph graph = new TestGraph(11);
    // given an event that does not list its sender's membership: the state has it
    graph.event("topic", BOB, "m.room.topic", "", "{}").citing("create", "levels");
    assertThat(graph.auth(directory, graph.take())).isEqualTo(YES);
    graph.event("topic", BOB, "m.room.topic", "", "{}").citing("create", "levels", "alice");
    assertThat(graph.auth(directory, graph.take()))
        .isEqualTo(no("one of the auth_events does not belong there"));
    graph.event("topic", BOB, "m.room.topic", "", "{}").citing("levels", "bob");
    assertThat(graph.auth(directory, graph.take()))
        .isEqualTo(no("the auth_events have no m.room.create event"));
    graph.event("topic", BOB, "m.room.topic", "", "{}").without("auth_events");
    assertThat(graph.auth(directory, graph.take())).isEqualTo(YES);
    graph.event("topic", BOB, "m.room.topic", "", "{}").citing("create", "gone");
    assertThat(graph.auth(directory, graph.take()))
        .isEqualTo(new Typed(2, "", "auth_events names gone, which is not among the events given"));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 10})
  void anIdentifierOver255BytesIsRefusedWhateverIsListed(int version) throws IOException {
    TestGraph graph = new TestGraph(version);
    graph.event("wide", BOB, "é".repeat(200), "", "{}").citing("create", "levels", "bob");
    JsonObject event = graph.take();
    assertThat(graph.auth(directory, event)).isEqualTo(no("type is longer than 255 bytes"));
    assertThat(graph.auth(directory, event.without("auth_events")))
        .isEqualTo(no("type is longer than 255 bytes"));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 11, 12})
  void theSizeIsThatOfTheEventGiven(int version) throws IOException {
    TestGraph graph = new TestGraph(version);
    for (String place : List.of("content", "unsigned", "extra")) {
      // given an event of the largest size, of which there is as little as will do
      graph
          .event("topic", BOB, "m.room.topic", "", "{}")
          .citing("create", "levels", "bob")
          .without("origin_server_ts")
          .without("prev_events");
      JsonObject event = graph.take();
      int others = filled(event, place, 0).toSortedBytes().length;
      assertThat(graph.auth(directory, filled(event, place, 65_536 - others))).isEqualTo(YES);
      assertThat(graph.auth(directory, filled(event, place, 65_537 - others)))
          .isEqualTo(
              new Typed(2, "", "the event cannot be used: the event is larger than 65536 bytes"));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 12})
  void thousandsOfReferencesAreNotMadeLarger(int version) throws IOException {
    TestGraph graph = new TestGraph(version);
    graph
        .event("topic", BOB, "m.room.topic", "", "{}")
        .citing("create", "levels", "bob")
        .without("origin_server_ts");
    JsonObject event = graph.take();
    List<String> names = IntStream.range(0, 8_120).mapToObj("$%04d"::formatted).toList();
    JsonObject full = event.with("prev_events", JsonArray.ofStrings(names));
    assertThat(full.toSortedBytes().length).isBetween(65_000, 65_536);
    assertThat(graph.auth(directory, full)).isEqualTo(YES);
  }

  private static JsonObject filled(JsonObject event, String name, int length) {
    String text = "x".repeat(length);
    return name.equals("extra")
        ? event.with(name, text)
        : event.with(name, JsonObject.EMPTY.with("filling", text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"x\":1.5}", "{\"x\":9007199254740992}", "{\"x\":-0}"})
  void allNumbersInAnEventAreCanonicalFromVersion6On(String object) throws IOException {
    for (String name : List.of("content", "unsigned", "extra")) {
      TestGraph graph = new TestGraph(6);
      graph.event("topic", BOB, "m.room.topic", "", "{}").with(name, Typed.json(object));
      assertThat(graph.auth(directory, new TestGraph(6).last()).err())
          .isEqualTo("topic cannot be used: a number in the event is not canonical JSON");
    }
  }

  @Test
  void ofTwoEventsOfASlotOnlyOneIsListed() throws IOException {
    TestGraph graph = new TestGraph(11);
    graph.event("left", BOB, "m.room.member", BOB, "{'membership':'leave'}");
    graph.event("topic", BOB, "m.room.topic", "", "{}").citing("create", "levels", "bob");
    assertThat(graph.auth(directory, graph.take())).isEqualTo(YES);
    graph.event("topic", BOB, "m.room.topic", "", "{}").citing("create", "levels", "left");
    assertThat(graph.auth(directory, graph.take())).isEqualTo(no("the sender is not joined"));
    graph.event("topic", BOB, "m.room.topic", "", "{}").citing("create", "bob", "left");
    assertThat(graph.auth(directory, graph.take()))
        .isEqualTo(no("two auth_events have the same type and state_key"));
  }

  @Test
  void aRejectedEventIsNoStateAndMustNotBeListed() throws IOException {
    TestGraph graph = new TestGraph(11);
    graph
        .event("left", BOB, "m.room.member", BOB, "{'membership':'leave'}")
        .with("rejected", JsonBoolean.TRUE);
    graph.event("topic", BOB, "m.room.topic", "", "{}").citing("create", "levels", "bob");
    assertThat(graph.auth(directory, graph.take())).isEqualTo(YES);
    graph.event("topic", BOB, "m.room.topic", "", "{}").citing("create", "levels", "left");
    assertThat(graph.auth(directory, graph.take()))
        .isEqualTo(no("one of the auth_events was rejected"));
  }

  @Test
  void inVersion12TheCreateEventIsFoundByTheRoomId() throws IOException {
    TestGraph graph = new TestGraph(12);
    graph.event("topic", ALICE, "m.room.topic", "", "{}").citing("levels", "alice");
    assertThat(graph.auth(directory, graph.take())).isEqualTo(YES);
    graph
        .event("topic", ALICE, "m.room.topic", "", "{}")
        .citing("levels", "alice")
        .with("room_id", Typed.json("\"!other\""));
    assertThat(graph.auth(directory, graph.take()))
        .isEqualTo(no("the room id is not that of a known m.room.create event"));
    graph
        .event("topic", ALICE, "m.room.topic", "", "{}")
        .without("auth_events")
        .with("room_id", Typed.json("\"!other\""));
    assertThat(graph.auth(directory, graph.take()))
        .isEqualTo(no("the state has no m.room.create event"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void inVersion12TheCreateEventOfAnotherRoomIsNoState(boolean last) throws IOException {
    TestGraph graph = new TestGraph(12);
    graph.event("foreign", BOB, "m.room.create", "", "{'m.federate':false}").after().citing();
    if (!last) {
      graph.toFront();
    }
    graph.event("topic", BOB, "m.room.topic", "", "{}").citing("levels", "bob");
    JsonObject event = graph.take();
    assertThat(graph.auth(directory, event)).isEqualTo(YES);
    assertThat(graph.auth(directory, event.without("auth_events"))).isEqualTo(YES);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 6, 11, 12})
  void aThirdPartyInviteIsAllowedByASignatureOfTheKeyInTheRoom(int version) throws IOException {
    TestGraph graph = new TestGraph(version);
    graph
        .event(
            "token",
            ALICE,
            "m.room.third_party_invite",
            "t",
            "{'public_key':'" + Typed.PUBLIC_KEY + "'}")
        .citing("create", "levels", "alice");
    Typed signed =
        Typed.event(
            "{\"mxid\":\"@carol:z\",\"token\":\"t\"}",
            "sign --json-object --server id.x --key-id ed25519:0 --seed " + Typed.SEED);
    String content = "{'membership':'invite','third_party_invite':{'signed':" + signed.out() + "}}";
    graph
        .event("invite", ALICE, "m.room.member", CAROL, content)
        .citing("create", "levels", "alice", "token");
    assertThat(graph.auth(directory, graph.take())).isEqualTo(YES);
    graph
        .event(
            "invite", ALICE, "m.room.member", CAROL, content.replace("id.x\":{\"ed", "id.x\":{\"x"))
        .citing("create", "levels", "alice", "token");
    assertThat(graph.auth(directory, graph.take()))
        .isEqualTo(
            no(
                "the third_party_invite has no signature by a key of the m.room.third_party_invite"
                    + " event"));
  }

  @Test
  void roomIdsAreOpaqueToo() throws IOException {
    TestGraph graph = new TestGraph(11);
    graph
        .event("topic", BOB, "m.room.topic", "", "{}")
        .citing("create", "levels", "bob")
        .with("room_id", Typed.json("\"room\""));
    assertThat(graph.auth(directory, graph.take()))
        .isEqualTo(no("one of the auth_events is of another room"));
    TestGraph other = new TestGraph(12);
    other
        .event("topic", BOB, "m.room.topic", "", "{}")
        .citing("levels", "bob")
        .with("room_id", Typed.json("\"create\""));
    assertThat(other.auth(directory, other.take()))
        .isEqualTo(no("the room id is not that of a known m.room.create event"));
  }
}
