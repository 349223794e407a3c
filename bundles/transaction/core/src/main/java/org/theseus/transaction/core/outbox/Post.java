package org.theseus.transaction.core.outbox;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.ServerName;
import org.theseus.transport.api.FederationClient;

/** Puts transactions to servers. */
record Post(FederationClient client) {
  private static final String PATH = "/_matrix/federation/v1/send/";
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration LITTLE_PATIENCE = Duration.ofSeconds(15);

  /**
   * Makes one attempt.
   *
   * @param isKnown whether there ever was a server; if not it is not waited for as long
   */
  CompletionStage<Answer> put(
      ServerName destination, String txnId, JsonObject body, boolean isKnown) {
    return client
        .send(
            new FederationClient.Request(
                destination,
                "PUT",
                PATH + FederationClient.encode(txnId),
                Optional.of(body),
                isKnown ? PATIENCE : LITTLE_PATIENCE,
                FederationClient.SMALL))
        .handle(Answer::of);
  }
}
