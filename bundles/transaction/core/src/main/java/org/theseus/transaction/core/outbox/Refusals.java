package org.theseus.transaction.core.outbox;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.ServerName;

/** Tells in the log which events of a transaction that was taken a peer did not want. */
final class Refusals {
  private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);

  private Refusals() {}

  static void log(ServerName destination, JsonObject answer) {
    answer
        .object("pdus")
        .ifPresent(
            pdus ->
                pdus.members()
                    .forEach(
                        (eventId, result) -> {
                          if (result instanceof JsonObject object && object.has("error")) {
                            LOG.warn(
                                "{} refused {}: {}",
                                destination,
                                eventId,
                                object.string("error").orElse(""));
                          }
                        }));
  }
}
