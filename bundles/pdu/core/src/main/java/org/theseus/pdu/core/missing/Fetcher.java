package org.theseus.pdu.core.missing;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
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
  private static final int MAX_ROUNDS = 5;
  private static final int LIMIT = 20;
  private static final int MAX_STATES = 3;

  private final Graph graph;
  private final Peers peers;
  private final Outliers outliers;
  private final ToldStates states;
  private final AuthEvents authEvents;
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
    this.authEvents = new AuthEvents(graph, peers, outliers, executor);
    this.executor = executor;
  }

  @Override
  public CompletionStage<List<Pulled>> fetch(
      Room room, RoomVersion version, Event event, ServerName origin) {
    Errand errand = Errand.of(graph, room, version, Optional.of(origin));
    return CompletableFuture.supplyAsync(
            () ->
                new Gap(
                    event.prevEvents(),
                    graph.database().run(unit -> unit.rooms().backwardExtremities(room.id())),
                    offered -> !offered.id().equals(event.id()),
                    this::inGraph),
            executor)
        .thenCompose(
            gap ->
                fill(errand, event, gap, 0, 0)
                    .thenCompose(done -> singly(errand, gap))
                    .thenCompose(done -> begin(errand, gap))
                    .thenCompose(pulled -> complete(errand, gap, event, pulled)));
  }

  private CompletionStage<Void> fill(Errand errand, Event top, Gap gap, int server, int round) {
    if (gap.isFilled()
        || gap.isFull()
        || round == MAX_ROUNDS
        || server == errand.servers().size()
        || errand.isOver()) {
      return CompletableFuture.completedFuture(null);
    }
    Room room = errand.room();
    List<EventId> latest = new ArrayList<>(gap.edge());
    if (!gap.openWanted().isEmpty()) {
      latest.add(top.id());
    }
    return peers
        .missingEvents(errand.servers().get(server), room.id(), room.tips().keySet(), latest, LIMIT)
        .thenCompose(
            pdus ->
                outliers.verify(
                    errand.version(), room.id(), pdus.subList(0, Math.min(LIMIT, pdus.size()))))
        .handleAsync((events, failed) -> gap.add(orNothing(events, failed)), executor)
        .thenCompose(moved -> fill(errand, top, gap, moved ? server : server + 1, round + 1));
  }

  /**
   * What the event itself follows must be had, from whomever; what lies further back may stay open.
   */
  private CompletionStage<Void> singly(Errand errand, Gap gap) {
    List<EventId> wanted = gap.openWanted();
    if (wanted.isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    return states
        .events(errand.servers(), wanted)
        .thenCompose(pdus -> outliers.verify(errand.version(), errand.room().id(), pdus))
        .thenAcceptAsync(
            events -> {
              gap.add(events);
              if (!gap.openWanted().isEmpty()) {
                throw new TransientException("no server has what it follows");
              }
            },
            executor);
  }

  /** Gives those pulled events a state whose own prev_events stay missing. */
  private CompletionStage<List<Pulled>> begin(Errand errand, Gap gap) {
    List<Event> order = gap.inOrder();
    Map<EventId, CompletableFuture<Optional<Map<StateKey, EventId>>>> told = new HashMap<>();
    for (Event event : order) {
      if (!gap.openBehind(event).isEmpty() && told.size() < MAX_STATES) {
        told.put(event.id(), states.before(errand, event).toCompletableFuture());
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

  private CompletionStage<List<Pulled>> complete(
      Errand errand, Gap gap, Event top, List<Pulled> pulled) {
    List<Event> events = new ArrayList<>(List.of(top));
    pulled.forEach(one -> events.add(one.event()));
    return authEvents.complete(errand, gap, events).thenApply(done -> pulled);
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
