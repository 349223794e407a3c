package org.theseus.transaction.core.outbox;

import java.time.Duration;
import org.theseus.protocol.api.JsonObject;
import org.theseus.transport.api.FederationClient;

/** What a peer's answer to a transaction means. */
sealed interface Answer {
  /** It took the transaction. */
  record Taken(JsonObject body) implements Answer {}

  /** Another transaction of ours is at work there: the same again, soon; it is no failure. */
  record Busy(Duration pause) implements Answer {}

  /** It did not take it: the same again, later. */
  record Failed(String problem, boolean forItsContent) implements Answer {}

  /** Tells it. */
  static Answer of(FederationClient.Response response, Throwable failure) {
    if (failure != null) {
      return new Failed(Quoted.of(String.valueOf(failure.getMessage())), false);
    }
    JsonObject body = response.body() instanceof JsonObject object ? object : JsonObject.EMPTY;
    if (response.isOk()) {
      return new Taken(body);
    }
    return switch (response.status()) {
      case 429 -> new Busy(pause(body));
      case 400, 413 -> new Failed(problem(response, body), true);
      default -> new Failed(problem(response, body), false);
    };
  }

  private static Duration pause(JsonObject body) {
    long millis = body.integer("retry_after_ms").orElse(3_000L);
    return Duration.ofMillis(Math.max(1_000, Math.min(millis, 30_000)));
  }

  private static String problem(FederationClient.Response response, JsonObject body) {
    return "answered "
        + response.status()
        + body.string("errcode").map(errcode -> " " + Quoted.of(errcode)).orElse("");
  }
}
