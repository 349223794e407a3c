package org.theseus.pdu.core.missing;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
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
import org.theseus.pdu.core.graph.Room;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.RoomVersion;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.StateKey;
import org.theseus.protocol.api.TransientException;

/**
 * Fills gaps: get_missing_events first, then single events, then the states before what begins a
 * gap too long to be filled. Asks the server that sent the event, then others of the room; bounded
 * in everything.
 */
public final class Fetcher implements Missing {
  private static final Logger LOG = LoggerFactory.getLogger(Fetcher.class);
  private static final int MAX_SERVERS = 3;
  private static final int MAX_ROUNDS = 5;
  private static final int LIMIT = 20;
  private static final int MAX_STATES = 3;

  private final Graph graph;
  private final Peers peers;
  private final Outliers outliers;
  private final ToldStates states;
  private final Executor executor;

  /**
   * Makes a fetcher.
   *
   * @param graph the rooms
   * @param peers asks other servers
   * @param outliers takes in what they answer
   * @param executor where answers are looked at; may block for the store
   */
  public Fetcher(Graph graph, Peers peers, Outliers outliers, Executor executor) {
    this.graph = graph;
    this.peers = peers;
    this.outliers = outliers;
    this.states = new ToldStates(graph, peers, outliers, executor);
    this.executor = executor;
  }

  /** One errand: what for, and whom to ask. */
  private record Errand(Room room, RoomVersion version, List<ServerName> servers, Gap gap) {}

  @Override
  public CompletionStage<List<Pulled>> fetch(
      Room room, RoomVersion version, Event event, ServerName origin) {
    return CompletableFuture.supplyAsync(
            () -> new Errand(room, version, servers(room, origin), new Gap(event, this::inGraph)),
            executor)
        .thenCompose(
            errand ->
                fill(errand, 0, 0)
                    .thenCompose(done -> singly(errand, event))
                    .thenCompose(done -> begin(errand))
                    .thenCompose(pulled -> authEvents(errand, event, pulled)));
  }

  /** The sender first, then a few others of the room. */
  private List<ServerName> servers(Room room, ServerName origin) {
    List<ServerName> servers = new ArrayList<>(room.servers());
    servers.remove(graph.ourselves());
    servers.remove(origin);
    Collections.shuffle(servers);
    servers.add(0, origin);
    return servers.subList(0, Math.min(MAX_SERVERS, servers.size()));
  }

  private CompletionStage<Void> fill(Errand errand, int server, int round) {
    Gap gap = errand.gap();
    if (gap.open().isEmpty()
        || gap.isFull()
        || round == MAX_ROUNDS
        || server == errand.servers().size()) {
      return CompletableFuture.completedFuture(null);
    }
    Room room = errand.room();
    return peers
        .missingEvents(
            errand.servers().get(server), room.id(), room.tips().keySet(), gap.edge(), LIMIT)
        .thenCompose(
            pdus ->
                outliers.verify(
                    errand.version(), room.id(), pdus.subList(0, Math.min(LIMIT, pdus.size()))))
        .handleAsync((events, failed) -> gap.add(orNothing(events, failed)), executor)
        .thenCompose(moved -> fill(errand, moved ? server : server + 1, round + 1));
  }

  /**
   * What the event itself follows must be had, from whomever; what lies further back may stay open.
   */
  private CompletionStage<Void> singly(Errand errand, Event top) {
    List<EventId> wanted = errand.gap().openBehind(top);
    if (wanted.isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    return events(errand, wanted)
        .thenApplyAsync(
            events -> {
              errand.gap().add(events);
              if (!errand.gap().openBehind(top).isEmpty()) {
                throw new TransientException("no server has what it follows");
              }
              return null;
            },
            executor);
  }

  /** Gives those pulled events a state whose own prev_events stay missing. */
  private CompletionStage<List<Pulled>> begin(Errand errand) {
    List<Event> order = errand.gap().inOrder();
    Map<EventId, CompletableFuture<Optional<Map<StateKey, EventId>>>> told = new HashMap<>();
    for (Event event : order) {
      if (!errand.gap().openBehind(event).isEmpty() && told.size() < MAX_STATES) {
        told.put(
            event.id(),
            states
                .before(errand.room(), errand.version(), event, errand.servers())
                .toCompletableFuture());
      }
    }
    return CompletableFuture.allOf(told.values().toArray(CompletableFuture[]::new))
        .thenApply(
            done ->
                order.stream()
                    .map(
                        event ->
                            new Pulled(
                                event,
                                Optional.ofNullable(told.get(event.id()))
                                    .flatMap(CompletableFuture::join)))
                    .toList());
  }

  /** Stores the auth events that are missing of the event and of all that was pulled for it. */
  private CompletionStage<List<Pulled>> authEvents(Errand errand, Event top, List<Pulled> pulled) {
    CompletionStage<Void> done = authEvents(errand, top);
    for (Pulled one : pulled) {
      done = done.thenCompose(before -> authEvents(errand, one.event()));
    }
    return done.thenApply(all -> pulled);
  }

  private CompletionStage<Void> authEvents(Errand errand, Event event) {
    return CompletableFuture.supplyAsync(() -> missingAuth(errand, event), executor)
        .thenCompose(
            missing ->
                missing.isEmpty()
                    ? CompletableFuture.completedFuture(null)
                    : authChain(errand, event, 0)
                        .thenCompose(
                            pdus -> outliers.take(errand.version(), errand.room().id(), pdus)));
  }

  private Set<EventId> missingAuth(Errand errand, Event event) {
    Set<EventId> missing = new HashSet<>(event.authEvents());
    missing.removeIf(errand.gap()::contains);
    missing.removeAll(graph.events().find(missing).keySet());
    return missing;
  }

  private CompletionStage<List<JsonObject>> authChain(Errand errand, Event event, int server) {
    if (server == errand.servers().size()) {
      return CompletableFuture.completedFuture(List.of());
    }
    return peers
        .authChain(errand.servers().get(server), errand.room().id(), event.id())
        .handle((pdus, failed) -> Optional.ofNullable(pdus))
        .thenCompose(
            pdus ->
                pdus.isPresent()
                    ? CompletableFuture.completedFuture(pdus.get())
                    : authChain(errand, event, server + 1));
  }

  private CompletionStage<Map<EventId, Event>> events(Errand errand, List<EventId> ids) {
    return states
        .events(errand.servers(), ids)
        .thenCompose(pdus -> outliers.verify(errand.version(), errand.room().id(), pdus));
  }

  private Set<EventId> inGraph(Collection<EventId> ids) {
    return graph.database().run(unit -> unit.events().inGraph(ids));
  }

  private static Map<EventId, Event> orNothing(Map<EventId, Event> events, Throwable failed) {
    if (failed != null) {
      LOG.debug("missing events could not be had: {}", failed.getMessage());
      return Map.of();
    }
    return events;
  }
}
