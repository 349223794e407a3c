package org.theseus.launcher.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.theseus.launcher.event.TestGraph.ALICE;
import static org.theseus.launcher.event.TestGraph.BOB;
import static org.theseus.launcher.event.TestGraph.CAROL;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.theseus.protocol.api.JsonNumber;

class ResolveTest {
  private static final String BASE = "create alice levels rule ";

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void aBanWinsOverWhatTheBannedDidMeanwhile(int version) throws IOException {
    TestGraph graph = new TestGraph(version);
    graph
        .event("ban", ALICE, "m.room.member", BOB, "{'membership':'ban'}")
        .citing("create", "levels", "alice", "bob");
    graph
        .event("topic", BOB, "m.room.topic", "", "{}")
        .after("bob")
        .citing("create", "levels", "bob");
    Typed resolved = graph.resolve(directory, BASE + "ban", BASE + "bob topic");
    assertThat(resolved.status()).as(resolved.err()).isZero();
    // version 1 takes what is missing from the other side for agreed
    assertThat(TestGraph.ids(resolved))
        .isEqualTo(TestGraph.ids(graph.resolve(directory, BASE + "bob topic", BASE + "ban")))
        .contains("ban")
        .satisfies(ids -> assertThat(ids.contains("topic")).isEqualTo(version == 1));
  }

  /**
   * Alice changes the power levels on two branches. Version 1 takes them by depth: "early" (7),
   * then "deep" (9), which alice may still send, so that "deep" stays. Version 2 takes them by
   * their senders' power, which is the same, and then by time: "deep" (1), then "early" (2), which
   * stays.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void powerLevelsAreOrderedByDepthAtFirstAndByTimeSinceVersion2(int version) throws IOException {
    TestGraph graph = new TestGraph(version);
    graph
        .event("deep", ALICE, "m.room.power_levels", "", graph.levels(10))
        .citing("create", "levels", "alice")
        .with("depth", JsonNumber.of(9))
        .with("origin_server_ts", JsonNumber.of(1));
    graph
        .event("early", ALICE, "m.room.power_levels", "", graph.levels(20))
        .after("bob")
        .citing("create", "levels", "alice")
        .with("depth", JsonNumber.of(7))
        .with("origin_server_ts", JsonNumber.of(2));
    assertThat(
            TestGraph.ids(
                graph.resolve(
                    directory, "create alice deep rule bob", "create alice early rule bob")))
        .containsExactly("rule", "alice", "bob", version == 1 ? "deep" : "early");
  }

  /**
   * Bob joined twice, on branches that did not know of each other, while the room was public. Both
   * states have it closed since. Version 2 begins with what all states agree on, the closed room,
   * in which neither join is allowed: bob is lost. Version 2.1 begins with nothing and takes the
   * join rule each join cites: both are allowed, and the later stays. Version 1 takes the first by
   * depth without asking, which makes bob a member, and a member may join a closed room again.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void aClosedRoomLosesAMemberBeforeVersion12(int version) throws IOException {
    TestGraph graph = new TestGraph(version);
    graph
        .event("again", BOB, "m.room.member", BOB, "{'membership':'join','displayname':'B'}")
        .after("rule")
        .citing("create", "levels", "rule")
        .with("depth", JsonNumber.of(50));
    graph
        .event("closed", ALICE, "m.room.join_rules", "", "{'join_rule':'invite'}")
        .after("bob", "again")
        .citing("create", "levels", "alice");
    String base = "create alice levels closed ";
    assertThat(TestGraph.ids(graph.resolve(directory, base + "bob", base + "again")))
        .isEqualTo(
            version == 1 || version == 12
                ? List.of("closed", "alice", "again", "levels")
                : List.of("closed", "alice", "levels"));
  }

  /**
   * Alice's power levels "one", "two", "three" cite each other in turn. The states differ about
   * "one" and "three", but a topic both have cites "two", which is therefore in both auth chains
   * and not conflicted. "three" claims to be of an earlier time than "one". Version 2 sees no path
   * between the two, orders them by time, and "one" comes back. Version 2.1 adds "two", which lies
   * between them, and keeps their order.
   */
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void whatLiesBetweenConflictedEventsCountsSinceVersion12(int version) throws IOException {
    TestGraph graph = new TestGraph(version);
    graph
        .event("one", ALICE, "m.room.power_levels", "", graph.levels(1))
        .citing("create", "levels", "alice")
        .with("origin_server_ts", JsonNumber.of(100));
    graph
        .event("two", ALICE, "m.room.power_levels", "", graph.levels(2))
        .citing("create", "one", "alice")
        .with("origin_server_ts", JsonNumber.of(101));
    graph.event("topic", ALICE, "m.room.topic", "", "{}").citing("create", "two", "alice");
    graph
        .event("three", ALICE, "m.room.power_levels", "", graph.levels(3))
        .citing("create", "two", "alice")
        .with("origin_server_ts", JsonNumber.of(1));
    String base = "create alice rule bob topic ";
    assertThat(TestGraph.ids(graph.resolve(directory, base + "one", base + "three")))
        .containsExactly("rule", "alice", "bob", version == 12 ? "three" : "one", "topic");
  }

  /**
   * Alice takes bob's power away while he, on another branch and at an earlier time, bans carol.
   * Her power is the greater, so hers comes first, and his ban is not allowed after it. In version
   * 1 the power levels are settled before any membership.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void theGreaterPowerComesFirst(int version) throws IOException {
    TestGraph graph = new TestGraph(version);
    graph
        .event("carol", CAROL, "m.room.member", CAROL, "{'membership':'join'}")
        .citing("create", "levels", "rule");
    graph
        .event("lower", ALICE, "m.room.power_levels", "", graph.levels(0))
        .citing("create", "levels", "alice")
        .with("origin_server_ts", JsonNumber.of(100));
    graph
        .event("ban", BOB, "m.room.member", CAROL, "{'membership':'ban'}")
        .after("carol")
        .citing("create", "levels", "bob", "carol")
        .with("origin_server_ts", JsonNumber.of(1));
    assertThat(
            TestGraph.ids(
                graph.resolve(
                    directory,
                    "create alice lower rule bob carol",
                    "create alice levels rule bob ban")))
        .containsExactly("rule", "alice", "bob", "carol", "lower");
  }

  /** Walking each state's whole auth chain would take minutes. */
  @ParameterizedTest
  @ValueSource(ints = {2, 12})
  void manyStatesOfLongAuthChainsTakeNoTime(int version) throws IOException {
    TestGraph graph = new TestGraph(version);
    List<String> states = new ArrayList<>();
    String last = "levels";
    for (int i = 0; i < 10_000; i++) {
      graph
          .event("p" + i, ALICE, "m.room.power_levels", "", graph.levels(50))
          .citing("create", "alice", last);
      last = "p" + i;
      states.add(BASE.replace("levels", last) + "bob");
    }
    Typed resolved =
        assertTimeoutPreemptively(
            Duration.ofSeconds(30),
            () -> graph.resolve(directory, states.toArray(String[]::new)),
            "one walk for all states");
    assertThat(TestGraph.ids(resolved)).containsExactly("rule", "alice", "bob", last);
  }

  @Test
  void statesAreCheckedAgainstTheEvents() throws IOException {
    TestGraph graph = new TestGraph(11);
    graph.event("message", BOB, "m.room.message", "", "{}").without("state_key");
    assertThat(graph.resolve(directory, "create gone"))
        .isEqualTo(new Typed(2, "", "state 1 names gone, which is not among the events given"));
    assertThat(graph.resolve(directory, "create", "message"))
        .isEqualTo(new Typed(2, "", "state 2 names message, which has no state_key"));
    graph.event("again", BOB, "m.room.member", BOB, "{'membership':'leave'}");
    assertThat(graph.resolve(directory, "bob again"))
        .isEqualTo(new Typed(2, "", "state 1 names bob and again for the same state key"));
    assertThat(graph.resolve(directory, "create create").out())
        .isEqualTo("[[\"m.room.create\",\"\",\"create\"]]\n");
    String flags = "resolve --room-version 11 --events " + graph.file(directory);
    assertThat(Typed.event("[]", flags)).isEqualTo(new Typed(0, "[]\n", ""));
    assertThat(Typed.event("[{}]", flags).status()).isEqualTo(2);
    assertThat(Typed.event("[[1]]", flags).status()).isEqualTo(2);
    assertThat(Typed.event("[[\"\"]]", flags).status()).isEqualTo(2);
    assertThat(Typed.event("{}", flags).status()).isEqualTo(2);
  }

  @Test
  void theResultIsSortedByCodePoints() throws IOException {
    TestGraph graph = new TestGraph(11);
    graph.event("a", ALICE, "t", "😀", "{}");
    graph.event("b", ALICE, "t", "～", "{}");
    graph.event("c", ALICE, "t", "", "{}");
    assertThat(graph.resolve(directory, "a b c").out())
        .isEqualTo("[[\"t\",\"\",\"c\"],[\"t\",\"～\",\"b\"],[\"t\",\"😀\",\"a\"]]\n");
  }
}
