package org.theseus.launcher.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.theseus.launcher.event.TestGraph.ALICE;
import static org.theseus.launcher.event.TestGraph.BOB;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
