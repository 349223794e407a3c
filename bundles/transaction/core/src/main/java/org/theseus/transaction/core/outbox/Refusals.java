package org.theseus.transaction.core.outbox;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.ServerName;

/** Tells in the log which events of a transaction that was taken a peer did not want. */
final class Refusals {
  private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);

  private Refusals() {}

  static void log(ServerName destination, List<EventId> sent, JsonObject answer) {
    of(sent, answer).forEach((id, error) -> LOG.warn("{} refused {}: {}", destination, id, error));
  }

  /** Finds why each was refused, only of those that were sent. */
  static Map<EventId, String> of(List<EventId> sent, JsonObject answer) {
    Map<EventId, String> refused = new LinkedHashMap<>();
    JsonObject results = answer.object("pdus").orElse(JsonObject.EMPTY);
    for (EventId id : sent) {
      results
          .object(id.value())
          .filter(result -> result.has("error"))
          .ifPresent(result -> refused.put(id, Quoted.of(result.string("error").orElse(""))));
    }
    return refused;
  }
}
