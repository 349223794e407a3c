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
import org.theseus.pdu.core.graph.Change;
import org.theseus.pdu.core.graph.Graph;
import org.theseus.pdu.core.graph.Placed;
import org.theseus.pdu.core.graph.Referee;
import org.theseus.pdu.core.graph.Room;
import org.theseus.pdu.core.graph.State;
import org.theseus.persistence.api.StoredEvent;
import org.theseus.persistence.api.UnitOfWork;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.EventSource;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.StateKey;

/**
 * Fetches what came before what we have. History is checked like everything else, but changes
 * neither the extremities nor the state in force.
 */
public final class Backfill implements History {
  private static final Logger LOG = LoggerFactory.getLogger(Backfill.class);
  private static final int MAX_WANTED = 10_000;
  private static final int MAX_EVENTS = 100;
  private static final int SMALL_PIECE = 20;
  private static final int MAX_FROM = 20;
  private static final int MAX_STATES = 3;

  private final Graph graph;
  private final Peers peers;
  private final Outliers outliers;
  private final ToldStates states;
  private final AuthEvents authEvents;
  private final Executor executor;

  /**
   * Makes it.
   *
   * @param graph the rooms
   * @param peers asks other servers
   * @param outliers takes in what they answer
   * @param executor where answers are looked at; may block for the store
   */
  public Backfill(Graph graph, Peers peers, Outliers outliers, Executor executor) {
    this.graph = graph;
    this.peers = peers;
    this.outliers = outliers;
    this.states = new ToldStates(graph, peers, outliers, executor);
    this.authEvents = new AuthEvents(graph, peers, outliers, executor);
    this.executor = executor;
  }

  @Override
  public CompletionStage<Integer> backfill(RoomId id, int limit) {
    int wanted = Math.max(1, Math.min(limit, MAX_WANTED));
    return further(id, wanted, 0, 1 + wanted / SMALL_PIECE);
  }

  /**
   * Asks again until there is as much as was wanted, nothing more comes, or what comes is so little
   * that asking costs us more than them.
   */
  private CompletionStage<Integer> further(RoomId id, int wanted, int had, int rounds) {
    return piece(id, Math.min(wanted - had, MAX_EVENTS))
        .exceptionallyCompose(
            failed ->
                had > 0
                    ? CompletableFuture.completedFuture(0)
                    : CompletableFuture.failedFuture(failed))
        .thenComposeAsync(
            added -> {
              int has = had + added;
              return added == 0 || has >= wanted || rounds == 1
                  ? CompletableFuture.completedFuture(has)
                  : further(id, wanted, has, rounds - 1);
            },
            executor);
  }

  private CompletionStage<Integer> piece(RoomId id, int limit) {
    Room room = graph.rooms().get(id);
    room.state();
    Errand errand = Errand.of(graph, room, graph.versions().held(room.version()), Optional.empty());
    List<EventId> missing = new ArrayList<>(graph.database().run(unit -> missingBehind(unit, id)));
    // not always the same ones: some may be made up
    Collections.shuffle(missing);
    List<EventId> from = missing.subList(0, Math.min(MAX_FROM, missing.size()));
    return from.isEmpty() ? CompletableFuture.completedFuture(0) : ask(errand, from, limit, 0);
  }

  private static Set<EventId> missingBehind(UnitOfWork unit, RoomId id) {
    Set<EventId> missing = new HashSet<>(unit.rooms().backwardExtremities(id));
    missing.removeAll(unit.events().inGraph(missing));
    return missing;
  }

  private CompletionStage<Integer> ask(Errand errand, List<EventId> from, int limit, int server) {
    if (server == errand.servers().size()) {
      return CompletableFuture.completedFuture(0);
    }
    // History may refer to more events than are allowed today.
    return peers
        .backfill(errand.servers().get(server), errand.room().id(), from, limit)
        .thenCompose(
            pdus ->
                outliers.verifyHistory(
                    errand.version(),
                    errand.room().id(),
                    pdus.subList(0, Math.min(MAX_EVENTS, pdus.size()))))
        .thenApplyAsync(
            events -> {
              Gap gap = new Gap(from, Set.of(), event -> true, this::inGraph);
              gap.add(events);
              return gap;
            },
            executor)
        .thenCompose(gap -> place(errand, gap))
        .handle(
            (added, failed) -> {
              if (failed != null) {
                LOG.debug("history of {} could not be had", errand.room().id(), failed);
              }
              return failed == null ? added : 0;
            })
        .thenCompose(
            added ->
                added > 0
                    ? CompletableFuture.completedFuture(added)
                    : ask(errand, from, limit, server + 1));
  }

  private CompletionStage<Integer> place(Errand errand, Gap gap) {
    List<Event> order = gap.inOrder();
    Map<EventId, CompletableFuture<Optional<Map<StateKey, EventId>>>> told = new HashMap<>();
    for (Event event : order) {
      if (!gap.openBehind(event).isEmpty() && told.size() < MAX_STATES) {
        told.put(event.id(), states.before(errand, event).toCompletableFuture());
      }
    }
    return CompletableFuture.allOf(told.values().toArray(CompletableFuture[]::new))
        .thenCompose(done -> authEvents.complete(errand, gap, order))
        .thenCompose(
            done -> {
              Map<EventId, Map<StateKey, EventId>> states = new HashMap<>();
              told.forEach((id, state) -> state.join().ifPresent(slots -> states.put(id, slots)));
              return graph
                  .workers()
                  .submit(errand.room().id(), () -> commit(errand, order, states));
            });
  }

  private int commit(Errand errand, List<Event> order, Map<EventId, Map<StateKey, EventId>> told) {
    Room room = graph.rooms().get(errand.room().id());
    Map<EventId, Placed> placed = new HashMap<>();
    List<Placed> newestFirst = new ArrayList<>();
    Map<EventId, EventSource.Judged> fresh = new HashMap<>();
    EventSource source = graph.events().with(fresh);
    Set<EventId> known = inGraph(order.stream().map(Event::id).toList());
    for (Event event : order) {
      Optional<State> before =
          Optional.ofNullable(told.get(event.id()))
              .map(slots -> graph.states().fresh(slots))
              .or(() -> before(errand, event, placed, source));
      if (before.isPresent() && !known.contains(event.id())) {
        Placed one =
            Placed.history(
                event, Referee.judge(errand.version(), event, source, before.get()), before.get());
        boolean rejected = one.ruling().outcome() == StoredEvent.Outcome.REJECTED;
        fresh.put(event.id(), new EventSource.Judged(event, rejected));
        placed.put(event.id(), one);
        newestFirst.add(one);
      }
    }
    Collections.reverse(newestFirst);
    if (!newestFirst.isEmpty()) {
      Change change = room.with(newestFirst, redactions(errand, placed));
      graph.ledger().commit(change.and(unit -> noteBackwards(unit, room.id(), newestFirst)));
    }
    return newestFirst.size();
  }

  /** The state after all an event follows, if all of that is placed. */
  private Optional<State> before(
      Errand errand, Event event, Map<EventId, Placed> placed, EventSource source) {
    List<State> branches = new ArrayList<>();
    Map<EventId, StoredEvent> stored = graph.events().stored(event.prevEvents());
    for (EventId prev : event.prevEvents()) {
      Optional<State> after =
          Optional.ofNullable(placed.get(prev))
              .map(Placed::after)
              .or(
                  () ->
                      Optional.ofNullable(stored.get(prev))
                          .filter(known -> !known.isOutlier())
                          .map(known -> graph.states().load(known.stateAfter().orElseThrow())));
      if (after.isEmpty()) {
        return Optional.empty();
      }
      branches.add(after.get());
    }
    return Optional.of(
        branches.isEmpty()
            ? graph.states().empty()
            : graph.states().resolve(errand.version(), branches, source));
  }

  /** By target: redactions among what was fetched, and those that had come before their targets. */
  private Map<EventId, EventId> redactions(Errand errand, Map<EventId, Placed> placed) {
    Map<EventId, EventId> redactions = new HashMap<>();
    for (Placed one : placed.values()) {
      Event event = one.event();
      graph
          .placer()
          .earlierRedaction(errand.version(), event)
          .ifPresent(redaction -> redactions.put(event.id(), redaction));
      if (one.ruling().isAccepted()) {
        event
            .redacts()
            .map(placed::get)
            .filter(
                target ->
                    errand
                        .version()
                        .redactionApplies(
                            event, target.event(), one.before().lookup(graph.events())))
            .ifPresent(target -> redactions.put(target.event().id(), event.id()));
      }
    }
    return redactions;
  }

  private static void noteBackwards(UnitOfWork unit, RoomId id, List<Placed> placed) {
    Set<EventId> backward = new HashSet<>(unit.rooms().backwardExtremities(id));
    placed.forEach(one -> backward.addAll(one.event().prevEvents()));
    backward.removeAll(unit.events().inGraph(backward));
    unit.rooms().setBackwardExtremities(id, backward);
  }

  private Set<EventId> inGraph(Collection<EventId> ids) {
    return graph.database().run(unit -> unit.events().inGraph(ids));
  }
}
