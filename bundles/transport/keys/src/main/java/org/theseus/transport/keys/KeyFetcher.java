package org.theseus.transport.keys;

import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.theseus.protocol.api.ServerName;

/** Asks servers for their own keys; whatever goes wrong, there is no answer. */
final class KeyFetcher {
  private static final Logger LOG = LoggerFactory.getLogger(KeyFetcher.class);
  private static final KeyClient.Question QUESTION =
      new KeyClient.Question("GET", "/_matrix/key/v2/server", Optional.empty(), 64 << 10);

  private final KeyClient client;
  private final PublishedKeys published;
  private final LongSupplier nowTs;

  KeyFetcher(KeyClient client, PublishedKeys published, LongSupplier nowTs) {
    this.client = client;
    this.published = published;
    this.nowTs = nowTs;
  }

  /** Asks once. */
  CompletionStage<Optional<Published>> fetch(ServerName server) {
    return client
        .ask(server, QUESTION)
        .thenApply(answer -> Optional.of(published.read(answer, server, nowTs.getAsLong())))
        .exceptionally(
            failure -> {
              LOG.debug("no keys from {}: {}", server, failure.getMessage());
              return Optional.empty();
            });
  }
}
