package org.theseus.pdu.core.missing;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.theseus.pdu.core.graph.Graph;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.EventSource;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.RoomVersion;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.StateKey;

/** Asks for the state before an event and takes in those of its events that are missing. */
final class ToldStates {
  private static final Logger LOG = LoggerFactory.getLogger(ToldStates.class);

  /** Up to so many events are asked for one by one; beyond, the whole state is. */
  private static final int MAX_SINGLE = 100;

  private final Graph graph;
  private final Peers peers;
  private final Outliers outliers;
  private final Executor executor;

  ToldStates(Graph graph, Peers peers, Outliers outliers, Executor executor) {
    this.graph = graph;
    this.peers = peers;
    this.outliers = outliers;
    this.executor = executor;
  }

  /**
   * The state before an event as the first of some servers tells it that can, its events stored.
   */
  CompletionStage<Optional<Map<StateKey, EventId>>> before(Errand errand, Event event) {
    return before(errand, event, errand.servers());
  }

  private CompletionStage<Optional<Map<StateKey, EventId>>> before(
      Errand errand, Event event, List<ServerName> servers) {
    if (servers.isEmpty() || errand.isOver()) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    RoomId room = errand.room().id();
    ServerName server = servers.get(0);
    return peers
        .stateIds(server, room, event.id())
        .thenCompose(
            ids ->
                complete(room, errand.version(), event, server, ids)
                    .thenApplyAsync(done -> slots(room, ids.state()), executor))
        .handle(
            (slots, failed) -> {
              if (failed != null) {
                LOG.debug("{} told no state: {}", server, failed.getMessage());
              }
              return Optional.ofNullable(slots).filter(map -> map.containsKey(StateKey.CREATE));
            })
        .thenCompose(
            slots ->
                slots.isPresent()
                    ? CompletableFuture.completedFuture(slots)
                    : before(errand, event, servers.subList(1, servers.size())));
  }

  private CompletionStage<Void> complete(
      RoomId room, RoomVersion version, Event event, ServerName server, Peers.StateIds ids) {
    return CompletableFuture.supplyAsync(() -> missing(ids), executor)
        .thenCompose(
            missing ->
                missing.size() > MAX_SINGLE
                    ? peers.stateEvents(server, room, event.id())
                    : events(List.of(server), List.copyOf(missing)))
        .thenCompose(pdus -> outliers.take(version, room, pdus));
  }

  private Set<EventId> missing(Peers.StateIds ids) {
    Set<EventId> missing = new HashSet<>(ids.state());
    missing.addAll(ids.authChain());
    missing.removeAll(graph.events().find(missing).keySet());
    return missing;
  }

  private Map<StateKey, EventId> slots(RoomId room, List<EventId> state) {
    Map<EventId, EventSource.Judged> found = graph.events().find(state);
    Map<StateKey, EventId> slots = new HashMap<>();
    for (EventId id : state) {
      Optional.ofNullable(found.get(id))
          .filter(judged -> !judged.rejected() && judged.event().roomId().equals(room))
          .flatMap(judged -> judged.event().slot())
          .ifPresent(slot -> slots.putIfAbsent(slot, id));
    }
    return slots;
  }

  /** Single events, each from the first server that has it; what nobody has is left out. */
  CompletionStage<List<JsonObject>> events(List<ServerName> servers, List<EventId> ids) {
    List<CompletableFuture<List<JsonObject>>> answers =
        ids.stream().map(id -> event(servers, id).toCompletableFuture()).toList();
    return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
        .thenApply(
            done -> {
              List<JsonObject> all = new ArrayList<>();
              answers.forEach(answer -> all.addAll(answer.join()));
              return all;
            });
  }

  private CompletionStage<List<JsonObject>> event(List<ServerName> servers, EventId id) {
    if (servers.isEmpty()) {
      return CompletableFuture.completedFuture(List.of());
    }
    return peers
        .event(servers.get(0), id)
        .handle((pdus, failed) -> failed == null ? pdus : List.<JsonObject>of())
        .thenCompose(
            pdus ->
                pdus.isEmpty()
                    ? event(servers.subList(1, servers.size()), id)
                    : CompletableFuture.completedFuture(pdus));
  }
}
