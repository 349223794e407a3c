package org.theseus.ops.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.theseus.pdu.api.Explanation;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.Resolution.Choice;
import org.theseus.protocol.api.Resolution.Rule;
import org.theseus.protocol.api.Resolution.Trial;
import org.theseus.protocol.api.StateKey;
import org.theseus.protocol.api.Verdict;

/** What {@code explain} prints. */
class PrintedExplanationTest {
  private static final StateKey TOPIC = new StateKey("m.room.topic", "");

  private static PrintedExplanation printed(
      Optional<String> inForce, Rule rule, Optional<String> before, Trial... trials) {
    Choice choice = new Choice(inForce.map(EventId::of), rule, List.of(trials));
    return new PrintedExplanation(
        TOPIC, new Explanation(choice, before.map(EventId::of), true), id -> Optional.empty());
  }

  private static Trial trial(String id, Verdict verdict) {
    return new Trial(EventId.of(id), Rule.MAINLINE_ORDERING, verdict);
  }

  @Test
  void givenNoContentionThenTheEventAndThatNothingContended() {
    PrintedExplanation printed = printed(Optional.of("$a:x"), Rule.AGREED, Optional.empty());

    assertThat(printed.lines()).containsExactly("$a:x", "nothing contended with it");
    assertThat(printed.json().toString())
        .isEqualTo(
            """
            {"type":"m.room.topic","state_key":"","event_id":"$a:x","rule":"all states agree",\
            "complete":true,"tried":[]}\
            """);
  }

  @Test
  void givenContentionThenWhereAndWhatTheRulesSaid() {
    PrintedExplanation printed =
        printed(
            Optional.of("$b:x"),
            Rule.MAINLINE_ORDERING,
            Optional.of("$m:x"),
            trial("$a:x", Verdict.reject("the sender is banned")),
            trial("$b:x", Verdict.ALLOW));

    assertThat(printed.lines())
        .containsExactly(
            "$b:x",
            "branches differed before $m:x, chosen was the last event allowed in the mainline"
                + " ordering",
            "  $a:x - tried by mainline ordering, not allowed: the sender is banned",
            "  $b:x - tried by mainline ordering, allowed");
    assertThat(printed.json().toString())
        .isEqualTo(
            """
            {"type":"m.room.topic","state_key":"","event_id":"$b:x",\
            "rule":"the last event allowed in the mainline ordering","before":"$m:x",\
            "complete":true,"tried":[{"event_id":"$a:x","turn":"mainline ordering",\
            "allowed":false,"reason":"the sender is banned"},{"event_id":"$b:x",\
            "turn":"mainline ordering","allowed":true}]}\
            """);
  }

  @Test
  void givenAnEmptySlotThenThatIsSaid() {
    assertThat(printed(Optional.empty(), Rule.AGREED, Optional.empty()).lines())
        .startsWith("no event is in force");
  }
}
