package org.theseus.transaction.core.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.JsonObject;
import org.theseus.transport.api.FederationClient.Response;

/** What a peer says is shown to people, but it does not write our log. */
class AnswerTest {
  private static JsonObject error(String text) {
    return JsonObject.EMPTY.with("error", text);
  }

  @Test
  void onlyWhatWasSentCanBeRefused() {
    JsonObject results =
        JsonObject.builder()
            .put("$ours", error("bad\nWARN forged"))
            .put("$invented", error("bad"))
            .put("$taken", JsonObject.EMPTY)
            .build();

    Map<EventId, String> refused =
        Refusals.of(
            List.of(EventId.of("$ours"), EventId.of("$taken"), EventId.of("$unnamed")),
            JsonObject.EMPTY.with("pdus", results));

    assertThat(refused).containsExactly(Map.entry(EventId.of("$ours"), "bad\\u000aWARN forged"));
  }

  @Test
  void aProblemIsShortAndInOneLine() {
    JsonObject body = JsonObject.EMPTY.with("errcode", "M_\u001b\u2028" + "x".repeat(1_000_000));

    Answer answer = Answer.of(new Response(500, body), null);

    assertThat(answer)
        .isEqualTo(
            new Answer.Failed("answered 500 M_\\u001b\\u2028" + "x".repeat(196) + "...", false));
    assertThat(Answer.of(null, new IllegalStateException("no\rroute")))
        .isEqualTo(new Answer.Failed("no\\u000droute", false));
  }
}
