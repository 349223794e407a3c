package org.theseus.pdu.core.missing;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.theseus.pdu.core.graph.Events;
import org.theseus.pdu.core.receipt.Verifier;
import org.theseus.persistence.api.Database;
import org.theseus.persistence.api.EventStore.Placement;
import org.theseus.persistence.api.StoredEvent;
import org.theseus.persistence.api.StoredEvent.Outcome;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.EventSource.Judged;
import org.theseus.protocol.api.InvalidEventException;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.RoomVersion;
import org.theseus.protocol.api.SignatureVerdict;
import org.theseus.protocol.api.StateKey;

/**
 * Takes in what other servers hand us as states and auth chains. All of it is hostile until
 * checked: form, room, signatures, hash, and auth in the order of the auth graph. What fails is
 * left out.
 */
public final class Outliers {
  private static final Logger LOG = LoggerFactory.getLogger(Outliers.class);
  private static final Duration KEYS = Duration.ofSeconds(30);
  private static final int BATCH = 200;

  private final Database database;
  private final Events events;
  private final Verifier verifier;
  private final Executor executor;

  /**
   * Makes the intake.
   *
   * @param database the store
   * @param events the stored events
   * @param verifier checks signatures
   * @param executor where it is done
   */
  public Outliers(Database database, Events events, Verifier verifier, Executor executor) {
    this.database = database;
    this.events = events;
    this.verifier = verifier;
    this.executor = executor;
  }

  /**
   * Checks form, number of references, room, signatures and hash.
   *
   * @param version the room's version
   * @param room the room
   * @param pdus the events, of any shape
   * @return those that passed, redacted where the hash was wrong
   */
  public CompletableFuture<Map<EventId, Event>> verify(
      RoomVersion version, RoomId room, List<JsonObject> pdus) {
    return verify(version, room, () -> parse(version, room, pdus));
  }

  /**
   * Checks what answers a request to backfill, which may refer to more events than others may:
   * form, room, signatures and hash.
   *
   * @param version the room's version
   * @param room the room
   * @param pdus the events, of any shape
   * @return those that passed, redacted where the hash was wrong
   */
  CompletableFuture<Map<EventId, Event>> verifyHistory(
      RoomVersion version, RoomId room, List<JsonObject> pdus) {
    return verify(version, room, () -> parse(version, room, pdus, event -> true));
  }

  private CompletableFuture<Map<EventId, Event>> verify(
      RoomVersion version, RoomId room, Supplier<Map<EventId, Event>> parse) {
    return CompletableFuture.supplyAsync(parse, executor)
        .thenCompose(
            parsed ->
                verifier
                    .verify(version, parsed.values(), room.value(), KEYS, executor)
                    .thenApplyAsync(verdicts -> keep(version, parsed, verdicts), executor));
  }

  /**
   * Checks form, number of references and room alone.
   *
   * @param version the room's version
   * @param room the room
   * @param pdus the events, of any shape
   * @return those that passed
   */
  public static Map<EventId, Event> parse(RoomVersion version, RoomId room, List<JsonObject> pdus) {
    return parse(version, room, pdus, event -> !event.exceedsReferenceLimits());
  }

  private static Map<EventId, Event> parse(
      RoomVersion version, RoomId room, List<JsonObject> pdus, Predicate<Event> taken) {
    Map<EventId, Event> parsed = new LinkedHashMap<>();
    for (JsonObject pdu : pdus) {
      try {
        Event event = Verifier.parse(version, pdu);
        if (event.roomId().equals(room) && taken.test(event)) {
          parsed.putIfAbsent(event.id(), event);
        }
      } catch (InvalidEventException invalid) {
        LOG.debug("an event of {} is left out: {}", room, invalid.getMessage());
      }
    }
    return parsed;
  }

  private static Map<EventId, Event> keep(
      RoomVersion version, Map<EventId, Event> parsed, Map<EventId, SignatureVerdict> verdicts) {
    Map<EventId, Event> kept = new LinkedHashMap<>();
    parsed.forEach(
        (id, event) -> {
          if (verdicts.get(id) instanceof SignatureVerdict.Valid) {
            kept.put(id, Verifier.hashed(version, event));
          }
        });
    return kept;
  }

  /**
   * Judges verified events by their auth events. Blocks for queries of the store.
   *
   * @param version the room's version
   * @param verified the events, by id
   * @return those that are allowed, each after its auth events; those we had accepted before too
   */
  public Map<EventId, Event> judge(RoomVersion version, Map<EventId, Event> verified) {
    Map<EventId, Judged> judged = new HashMap<>(events.find(verified.keySet()));
    Map<EventId, Event> allowed = new LinkedHashMap<>();
    for (Event event : inAuthOrder(verified)) {
      Judged known = judged.get(event.id());
      if (known == null) {
        boolean fine = version.authByAuthEvents(event, events.with(judged)).allowed();
        known = new Judged(event, !fine);
        judged.put(event.id(), known);
      }
      if (!known.rejected()) {
        allowed.put(event.id(), known.event());
      }
    }
    return allowed;
  }

  /**
   * Checks, judges and stores.
   *
   * @param version the room's version
   * @param room the room
   * @param pdus the events, of any shape
   * @return completes when those that passed are stored
   */
  public CompletionStage<Void> take(RoomVersion version, RoomId room, List<JsonObject> pdus) {
    return verify(version, room, pdus)
        .thenAcceptAsync(verified -> store(judge(version, verified).values()), executor);
  }

  /**
   * Stores judged events, in several units of work. Blocks.
   *
   * @param allowed the events
   */
  public void store(Collection<Event> allowed) {
    List<Event> all = List.copyOf(allowed);
    for (int from = 0; from < all.size(); from += BATCH) {
      List<Event> batch = all.subList(from, Math.min(all.size(), from + BATCH));
      database.run(
          unit -> {
            for (Event event : batch) {
              unit.events()
                  .put(StoredEvent.outlier(event, Outcome.ACCEPTED, ""), Placement.OUTLIER);
            }
            return batch.size();
          });
    }
  }

  /**
   * Create events first, since in version 12 nobody cites them; what stands in a circle is left
   * out.
   */
  private static List<Event> inAuthOrder(Map<EventId, Event> events) {
    Map<EventId, Integer> waitsFor = new HashMap<>();
    Map<EventId, List<Event>> citedBy = new HashMap<>();
    Deque<Event> ready = new ArrayDeque<>();
    for (Event event : events.values()) {
      List<EventId> cited =
          event.authEvents().stream().distinct().filter(events::containsKey).toList();
      cited.forEach(id -> citedBy.computeIfAbsent(id, none -> new ArrayList<>()).add(event));
      waitsFor.put(event.id(), cited.size());
      if (cited.isEmpty() && event.fills(StateKey.CREATE)) {
        ready.addFirst(event);
      } else if (cited.isEmpty()) {
        ready.addLast(event);
      }
    }
    List<Event> order = new ArrayList<>();
    while (!ready.isEmpty()) {
      Event event = ready.remove();
      order.add(event);
      for (Event next : citedBy.getOrDefault(event.id(), List.of())) {
        if (waitsFor.merge(next.id(), -1, Integer::sum) == 0) {
          ready.addLast(next);
        }
      }
    }
    return order;
  }
}
