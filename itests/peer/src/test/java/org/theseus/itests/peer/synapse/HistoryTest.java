package org.theseus.itests.peer.synapse;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.theseus.itests.peer.Peer;
import org.theseus.protocol.api.JsonObject;

class HistoryTest {
  private final Store store = new Store();
  private final History history = new History(store, "peer.example");

  @Test
  void fillsAGapWithAtMostTwentyEventsOldestFirst() {
    for (int i = 1; i <= 40; i++) {
      store.add("a", Events.event("a", "e" + i, "e" + (i - 1)), List.of("x"));
    }

    assertThat(missing("e30", "e25", 10)).containsExactly("e26", "e27", "e28", "e29");
    assertThat(missing("e30", "e1", 10))
        .isEqualTo(IntStream.rangeClosed(20, 29).mapToObj(i -> "e" + i).toList());
    assertThat(missing("e40", "e1", 1_000)).hasSize(20).startsWith("e20").endsWith("e39");
  }

  @Test
  void handsOutSingleEventsAndLeavesOtherQuestionsToOthers() {
    store.add("a", Events.event("a", "e1"), List.of("x"));

    assertThat(history.answer(get("/_matrix/federation/v1/event/%24e1")))
        .hasValueSatisfying(
            reply -> assertThat(reply.json().array("pdus").orElseThrow().objects()).hasSize(1));
    assertThat(history.answer(get("/_matrix/federation/v1/event/%24e2"))).isEmpty();
    assertThat(history.answer(get("/_matrix/federation/v1/version"))).isEmpty();
  }

  private static Peer.Asked get(String target) {
    return new Peer.Asked("GET", target, "", new byte[0], 1, 0);
  }

  private List<String> missing(String latest, String earliest, int limit) {
    byte[] body =
        """
        {"latest_events": ["$%s"], "earliest_events": ["$%s"], "limit": %d}\
        """
            .formatted(latest, earliest, limit)
            .getBytes(StandardCharsets.UTF_8);
    Peer.Asked asked =
        new Peer.Asked("POST", "/_matrix/federation/v1/get_missing_events/a", "", body, 1, 0);
    return history
        .answer(asked)
        .orElseThrow()
        .json()
        .array("events")
        .orElseThrow()
        .objects()
        .stream()
        .map((JsonObject event) -> event.string("id").orElseThrow())
        .toList();
  }
}
