package org.theseus.launcher.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.theseus.launcher.event.TestGraph.ALICE;
import static org.theseus.launcher.event.TestGraph.BOB;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonBoolean;
import org.theseus.protocol.api.JsonNumber;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonValue;

class ReplayTest {
  private static final String TOPIC = "m.room.topic";

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void aRoomIsReplayedInWhateverOrderItsEventsCome(int version) {
    TestGraph graph = new TestGraph(version);
    graph.event("topic", BOB, TOPIC, "", "{}").citing("create", "levels", "bob");
    String expected =
        """
        [["m.room.create","","create"],["m.room.join_rules","","rule"],\
        ["m.room.member","@alice:x","alice"],["m.room.member","@bob:y","bob"],\
        ["m.room.power_levels","","levels"],["m.room.topic","","topic"]]
        """;
    List<JsonValue> events = new ArrayList<>(graph.json().elements());
    Random random = new Random(version);
    for (int i = 0; i < 5; i++) {
      Collections.shuffle(events, random);
      assertThat(Typed.event(new JsonArray(events).toBytes(), "replay --room-version " + version))
          .isEqualTo(new Typed(0, expected, ""));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void aRejectedEventLeavesTheStateAndTheRoomGoesOn(int version) {
    TestGraph graph = new TestGraph(version);
    // given bob who raises himself, and a topic after it
    graph
        .event("coup", BOB, "m.room.power_levels", "", graph.levels(100))
        .citing("create", "levels", "bob");
    graph.event("topic", BOB, TOPIC, "", "{}").citing("create", "levels", "bob");
    // then the topic stands, and the coup does not
    assertThat(TestGraph.ids(graph.replay()))
        .containsExactly("rule", "alice", "bob", "levels", "topic");

    // and what cites the coup is rejected with it
    graph.event("other", BOB, TOPIC, "", "{}").citing("create", "coup", "bob");
    assertThat(TestGraph.ids(graph.replay())).contains("topic").doesNotContain("other");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void anEventMustBeAllowedByTheStateBeforeItToo(int version) {
    TestGraph graph = new TestGraph(version);
    graph
        .event("ban", ALICE, "m.room.member", BOB, "{'membership':'ban'}")
        .citing("create", "levels", "alice", "bob");
    // given bob who cites what he was before
    graph.event("topic", BOB, TOPIC, "", "{}").citing("create", "levels", "bob");
    assertThat(TestGraph.ids(graph.replay())).containsExactly("rule", "alice", "ban", "levels");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 10})
  void anIdentifierOver255BytesIsRejectedWhateverIsListed(int version) {
    TestGraph graph = new TestGraph(version);
    graph.event("wide", BOB, "é".repeat(200), "", "{}").citing("create", "levels", "bob");
    graph.event("bare", BOB, "é".repeat(201), "", "{}").without("auth_events");
    assertThat(TestGraph.ids(graph.replay())).containsExactly("rule", "alice", "bob", "levels");
  }

  @Test
  void theStatesAfterAllEndsAreResolved() {
    TestGraph graph = new TestGraph(10);
    graph.event("topic", BOB, TOPIC, "", "{}").citing("create", "levels", "bob");
    graph
        .event("ban", ALICE, "m.room.member", BOB, "{'membership':'ban'}")
        .after("bob")
        .citing("create", "levels", "alice", "bob");
    // the ban is a power event, so the topic is judged after it
    assertThat(TestGraph.ids(graph.replay())).containsExactly("rule", "alice", "ban", "levels");
  }

  @Test
  void whatIsMissingIsSupplied() {
    TestGraph graph = new TestGraph(1);
    graph.event("one", BOB, TOPIC, "", "{}").citing("create", "levels", "bob");
    graph.event("two", BOB, TOPIC, "", "{}").after("bob").citing("create", "levels", "bob");
    graph.event("three", BOB, TOPIC, "", "{}").citing("create", "levels", "bob");
    // "three" is deepest, though no event says how deep it is
    assertThat(TestGraph.ids(graph.replay())).contains("three");
    // a depth that is stated counts
    graph
        .event("four", BOB, TOPIC, "", "{}")
        .after("bob")
        .citing("create", "levels", "bob")
        .with("depth", JsonNumber.of(99))
        .without("origin_server_ts");
    assertThat(TestGraph.ids(graph.replay())).contains("four");
  }

  @Test
  void referencesMayBePairsInVersions1And2() {
    for (int version : new int[] {1, 2}) {
      TestGraph graph = new TestGraph(version);
      graph
          .event("topic", BOB, TOPIC, "", "{}")
          .with("auth_events", TestGraph.pairs("create", "levels", "bob"))
          .with("prev_events", TestGraph.pairs("bob"));
      assertThat(TestGraph.ids(graph.replay())).contains("topic");
    }
  }

  @Test
  void withoutAuthEventsOnlyTheStateIsAsked() {
    TestGraph graph = new TestGraph(11);
    graph.event("topic", BOB, TOPIC, "", "{}");
    assertThat(TestGraph.ids(graph.replay())).contains("topic");
    graph.citing();
    assertThat(TestGraph.ids(graph.replay())).doesNotContain("topic");
  }

  @Test
  void whatIsMarkedIsRejected() {
    TestGraph graph = new TestGraph(11);
    graph
        .event("topic", BOB, TOPIC, "", "{}")
        .citing("create", "levels", "bob")
        .with("rejected", JsonBoolean.TRUE);
    assertThat(TestGraph.ids(graph.replay())).doesNotContain("topic");
  }

  @Test
  void aGraphThatIsNotWholeIsRefused() {
    TestGraph graph = new TestGraph(11);
    graph.event("topic", BOB, TOPIC, "", "{}").after("gone");
    assertThat(graph.replay())
        .isEqualTo(new Typed(2, "", "topic names gone, which is not among the events given"));
    graph.after("bob").citing("gone");
    assertThat(graph.replay().status()).isEqualTo(2);
    graph.after("topic").citing();
    assertThat(graph.replay())
        .isEqualTo(new Typed(2, "", "the events refer to each other in a circle"));
  }

  @Test
  void twoEventsOfOneIdAreRefusedUnlessTheyAreOne() {
    TestGraph graph = new TestGraph(11);
    graph.event("topic", BOB, TOPIC, "", "{}");
    List<JsonValue> events = new ArrayList<>(graph.json().elements());
    events.add(graph.last());
    assertThat(Typed.event(new JsonArray(events).toBytes(), "replay --room-version 11").status())
        .isZero();
    events.add(graph.last().with("type", "other"));
    assertThat(Typed.event(new JsonArray(events).toBytes(), "replay --room-version 11"))
        .isEqualTo(new Typed(2, "", "two different events have the id topic"));
  }

  @Test
  void itIsExplainedWhichRuleChoseEachEventAndWhyOthersWereRejected() {
    TestGraph graph = new TestGraph(10);
    graph.event("topic", BOB, TOPIC, "", "{}").citing("create", "levels", "bob");
    graph
        .event("ban", ALICE, "m.room.member", BOB, "{'membership':'ban'}")
        .after("bob")
        .citing("create", "levels", "alice", "bob");
    graph
        .event("name", ALICE, "m.room.name", "", "{}")
        .after("topic", "ban")
        .citing("create", "levels", "alice");
    graph.event("late", BOB, TOPIC, "", "{}").citing("create", "levels", "bob");
    Typed explained = Typed.event(graph.json().toBytes(), "replay --room-version 10 --explain");

    assertThat(explained.status()).isZero();
    JsonObject answer = (JsonObject) explained.json();
    assertThat(answer.get("state")).contains(graph.replay().json());
    List<String> why =
        answer.array("why").orElseThrow().elements().stream().map(Object::toString).toList();
    assertThat(why)
        .contains(
            "{\"type\":\"m.room.create\",\"state_key\":\"\",\"event_id\":\"create\","
                + "\"rule\":\"all states agree\"}",
            "{\"event_id\":\"late\",\"rejected\":"
                + "\"by the state before it: the sender is not joined\"}")
        .anySatisfy(
            line ->
                assertThat(line)
                    .startsWith(
                        "{\"type\":\"m.room.member\",\"state_key\":\"@bob:y\",\"event_id\":\"ban\","
                            + "\"rule\":\"the last event allowed in the reverse topological power"
                            + " ordering\",\"before\":\"name\",\"tried\":[{\"event_id\":\"")
                    .endsWith(
                        "{\"event_id\":\"ban\",\"turn\":\"reverse topological power"
                            + " ordering\",\"allowed\":true,\"reason\":null}]}"))
        .anySatisfy(
            line ->
                assertThat(line)
                    .startsWith(
                        "{\"type\":\"m.room.topic\",\"state_key\":\"\",\"event_id\":null,"
                            + "\"rule\":\"no event is allowed\",\"before\":\"name\",\"tried\":["))
        .hasSize(8);
  }

  @Test
  void nothingAtAllIsAStateToo() {
    assertThat(Typed.event("[]", "replay --room-version 12")).isEqualTo(new Typed(0, "[]\n", ""));
    assertThat(Typed.event("{}", "replay --room-version 12"))
        .isEqualTo(new Typed(2, "", "stdin is no JSON array"));
    assertThat(Typed.event("[1]", "replay --room-version 12"))
        .isEqualTo(new Typed(2, "", "event 1 of stdin is no JSON object"));
    assertThat(Typed.event("[{}]", "replay --room-version 12"))
        .isEqualTo(new Typed(2, "", "event 1 cannot be used: type is missing"));
    assertThat(Typed.event("[{}]", "replay --room-version 1"))
        .isEqualTo(new Typed(2, "", "the event_id of event 1 is missing, empty or no string"));
  }
}
