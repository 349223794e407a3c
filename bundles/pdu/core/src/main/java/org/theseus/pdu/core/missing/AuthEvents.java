package org.theseus.pdu.core.missing;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.theseus.pdu.core.graph.Graph;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.ServerName;

/** Fetches the auth events that are missing of events, and stores them as outliers. */
final class AuthEvents {
  private final Graph graph;
  private final Peers peers;
  private final Outliers outliers;
  private final Executor executor;

  AuthEvents(Graph graph, Peers peers, Outliers outliers, Executor executor) {
    this.graph = graph;
    this.peers = peers;
    this.outliers = outliers;
    this.executor = executor;
  }

  /** One event after the other: the auth chain of the first mostly holds what the others want. */
  CompletionStage<Void> complete(Errand errand, Gap gap, List<Event> events) {
    CompletionStage<Void> done = CompletableFuture.completedFuture(null);
    for (Event event : events) {
      done = done.thenCompose(before -> complete(errand, gap, event));
    }
    return done;
  }

  private CompletionStage<Void> complete(Errand errand, Gap gap, Event event) {
    return CompletableFuture.supplyAsync(() -> missing(gap, event), executor)
        .thenCompose(
            missing ->
                missing.isEmpty()
                    ? CompletableFuture.completedFuture(null)
                    : authChain(errand, event, errand.servers())
                        .thenCompose(
                            pdus -> outliers.take(errand.version(), errand.room().id(), pdus)));
  }

  /** What was pulled itself is stored in its place. */
  private Set<EventId> missing(Gap gap, Event event) {
    Set<EventId> missing = new HashSet<>(event.authEvents());
    missing.removeIf(gap::contains);
    missing.removeAll(graph.events().find(missing).keySet());
    return missing;
  }

  private CompletionStage<List<JsonObject>> authChain(
      Errand errand, Event event, List<ServerName> servers) {
    if (servers.isEmpty() || errand.isOver()) {
      return CompletableFuture.completedFuture(List.of());
    }
    return peers
        .authChain(servers.get(0), errand.room().id(), event.id())
        .handle((pdus, failed) -> Optional.ofNullable(pdus))
        .thenCompose(
            pdus ->
                pdus.isPresent()
                    ? CompletableFuture.completedFuture(pdus.get())
                    : authChain(errand, event, servers.subList(1, servers.size())));
  }
}
