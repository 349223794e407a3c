package org.theseus.transport.keys;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.theseus.protocol.api.ServerName;
import org.theseus.transport.api.KeyRing.Wanted;

/** The notaries that are configured; one that does not answer is left in peace for a while. */
final class Notaries {
  private static final Logger LOG = LoggerFactory.getLogger(Notaries.class);

  private final NotaryClient client;
  private final Pace pace;
  private final LongAdder asked = new LongAdder();
  private final LongAdder answered = new LongAdder();
  private volatile List<ServerName> names = List.of();

  Notaries(NotaryClient client, Pace pace) {
    this.client = client;
    this.pace = pace;
  }

  /** Takes what a notary told of a server and is to be believed. */
  @FunctionalInterface
  interface Taker {
    CompletionStage<Void> take(ServerName server, Published published, ServerName notary);
  }

  void are(List<ServerName> notaries) {
    names = List.copyOf(notaries);
  }

  boolean areAny() {
    return !names.isEmpty();
  }

  /** Tells whether there are any to ask about a server; about a notary only it is asked itself. */
  boolean areFor(ServerName server) {
    return areAny() && !names.contains(server);
  }

  long asked() {
    return asked.sum();
  }

  long answered() {
    return answered.sum();
  }

  /**
   * Asks one after the other.
   *
   * @param wanted tells what is still wanted
   * @return completes when there is nobody left to ask; never exceptionally for want of an answer
   */
  CompletionStage<Void> ask(Supplier<Map<ServerName, Wanted>> wanted, Taker taker) {
    CompletionStage<Void> done = CompletableFuture.completedFuture(null);
    for (ServerName notary : names) {
      done = done.thenCompose(before -> ask(notary, new HashMap<>(wanted.get()), taker));
    }
    return done;
  }

  private CompletionStage<Void> ask(
      ServerName notary, Map<ServerName, Wanted> wanted, Taker taker) {
    if (wanted.isEmpty() || !pace.allows(notary)) {
      return CompletableFuture.completedFuture(null);
    }
    asked.increment();
    return client
        .ask(notary, wanted)
        .toCompletableFuture()
        .copy()
        .orTimeout(KeyClient.LONGEST.toMillis(), TimeUnit.MILLISECONDS)
        .handle(
            (found, failure) -> {
              if (failure != null) {
                LOG.debug("no answer from the notary {}", notary, failure);
                pace.failed(notary);
                return Map.<ServerName, Published>of();
              }
              pace.forget(notary);
              answered.add(found.size());
              return found;
            })
        .thenCompose(
            found ->
                CompletableFuture.allOf(
                    found.entrySet().stream()
                        .map(one -> taker.take(one.getKey(), one.getValue(), notary))
                        .map(CompletionStage::toCompletableFuture)
                        .toArray(CompletableFuture[]::new)));
  }
}
