package org.theseus.pdu.core.receipt;

import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.theseus.pdu.core.graph.Graph;
import org.theseus.pdu.core.graph.Members;
import org.theseus.pdu.core.graph.Room;
import org.theseus.pdu.core.missing.Pulled;
import org.theseus.persistence.api.EventStore.Placement;
import org.theseus.persistence.api.JournaledPdu;
import org.theseus.persistence.api.LocalMembership;
import org.theseus.persistence.api.PersistenceException;
import org.theseus.persistence.api.StoredEvent;
import org.theseus.persistence.api.StoredEvent.Outcome;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.InvalidEventException;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.RoomVersion;
import org.theseus.protocol.api.SignatureVerdict;
import org.theseus.protocol.api.TransientException;
import org.theseus.support.Backoff;

/** One look through the journal of a room, by the room's worker. */
final class Turn {
  private static final Logger LOG = LoggerFactory.getLogger(Turn.class);

  /** Events placed before other rooms have their turn. */
  private static final int LENGTH = 10;

  private static final int MAX_FAILURES = 5;
  private static final int MAX_FETCHES = 14;
  private static final long PATIENCE_MS = 750;
  private static final long STEP_ASIDE_MS = 1_000;
  private static final Duration KEYS = Duration.ofSeconds(10);
  private static final Backoff BACKOFF = new Backoff(Duration.ofSeconds(2), Duration.ofHours(1));

  private final Tools tools;
  private final Graph graph;
  private final Appender appender;
  private final Journal journal;
  private final Activity activity;
  private final RoomId id;
  private final RoomVersion version;
  private final long now;
  private final Map<EventId, Entry> waiting = new LinkedHashMap<>();
  private final Set<EventId> inGraph = new HashSet<>();
  private boolean crowded;
  private long lookAgainTs = Long.MAX_VALUE;

  private record Entry(JournaledPdu pdu, Event event) {}

  Turn(Tools tools, Journal journal, Activity activity, RoomId id, RoomVersion version, long now) {
    this.tools = tools;
    this.graph = tools.graph();
    this.appender = new Appender(graph);
    this.journal = journal;
    this.activity = activity;
    this.id = id;
    this.version = version;
    this.now = now;
  }

  /** Places what can be placed; the rest waits. Tells when to look again. */
  Optional<Duration> inRoom(List<JournaledPdu> due) {
    crowded = due.size() == Journal.BATCH;
    read(due);
    Set<EventId> mentioned = new HashSet<>(waiting.keySet());
    waiting.values().forEach(entry -> mentioned.addAll(entry.event().prevEvents()));
    inGraph.addAll(graph.database().run(unit -> unit.events().inGraph(mentioned)));
    waiting.values().stream()
        .filter(entry -> inGraph.contains(entry.event().id()))
        .toList()
        .forEach(this::remove);
    int placed = 0;
    boolean moved = true;
    while (moved && placed < LENGTH) {
      moved = false;
      for (Entry entry : List.copyOf(waiting.values())) {
        if (placed < LENGTH && isReady(entry)) {
          waiting.remove(entry.event().id());
          place(entry);
          placed++;
          moved = true;
        }
      }
    }
    if (moved) {
      return Optional.of(Duration.ZERO);
    }
    waiting.values().forEach(this::getReady);
    return next();
  }

  /**
   * Has what takes back our users' invites; nothing else is of use in a room that we are not in.
   */
  Optional<Duration> outside(List<JournaledPdu> due) {
    read(due);
    for (Entry entry : List.copyOf(waiting.values())) {
      if (!Invites.isRescinded(graph, entry.event())) {
        remove(entry);
      } else if (entry.pdu().verified()) {
        leave(entry.event());
      } else {
        verify(entry);
      }
    }
    return next();
  }

  private void read(List<JournaledPdu> due) {
    for (JournaledPdu pdu : due) {
      try {
        Event event = Verifier.parse(version, tools.json().readObject(pdu.json()));
        waiting.put(event.id(), new Entry(pdu, event));
      } catch (InvalidEventException invalid) {
        LOG.warn("{} of {} cannot be read any more", pdu.eventId(), id, invalid);
        update(pdu.quarantinedBecause(invalid.error().error()));
      }
    }
  }

  private Optional<Duration> next() {
    Optional<Long> due = graph.database().run(unit -> unit.journal().nextDue(id));
    long ts = Math.min(lookAgainTs, due.filter(later -> later > now).orElse(Long.MAX_VALUE));
    return ts == Long.MAX_VALUE
        ? Optional.empty()
        : Optional.of(Duration.ofMillis(Math.max(1, ts - now)));
  }

  private boolean isReady(Entry entry) {
    return entry.pdu().verified()
        && inGraph.containsAll(entry.event().prevEvents())
        && missingAuth(entry.event()).isEmpty();
  }

  private Set<EventId> missingAuth(Event event) {
    Set<EventId> missing = new HashSet<>(event.authEvents());
    missing.removeAll(graph.events().find(event.authEvents()).keySet());
    return missing;
  }

  private void place(Entry entry) {
    EventId eventId = entry.event().id();
    try {
      appender.append(
          version, entry.event(), Optional.empty(), unit -> unit.journal().remove(id, eventId));
      inGraph.add(eventId);
      release(eventId);
    } catch (TransientException away) {
      throw away;
    } catch (PersistenceException broken) {
      // Most likely not the event's fault; be patient, but not for ever.
      LOG.warn("{} of {} could not be stored", eventId, id, broken);
      putOff(entry.pdu(), MAX_FETCHES, String.valueOf(broken.getMessage()));
    } catch (RuntimeException poisonous) {
      LOG.warn("{} of {} could not be processed", eventId, id, poisonous);
      putOff(entry.pdu(), MAX_FAILURES, String.valueOf(poisonous.getMessage()));
    }
  }

  /** Does what an event that cannot be placed is in want of. */
  private void getReady(Entry entry) {
    if (!entry.pdu().verified()) {
      verify(entry);
      return;
    }
    if (awaits(entry)) {
      return;
    }
    long patientUntil = entry.pdu().receivedTs() + PATIENCE_MS;
    if (entry.pdu().attempts() == 0 && now < patientUntil) {
      lookAgainTs = Math.min(lookAgainTs, patientUntil);
    } else if (!activity.isFetching()) {
      fetch(entry);
    } else if (crowded && !activity.isFetchedFor(entry.event().id())) {
      // Makes room for others: one gap is filled after the other.
      update(entry.pdu().dueAt(now + STEP_ASIDE_MS));
    }
  }

  /**
   * Lets an event wait while all it follows is journaled too: as long as that does, or until that
   * is placed. What is missing besides is fetched first.
   */
  private boolean awaits(Entry entry) {
    List<EventId> missing =
        entry.event().prevEvents().stream().filter(prev -> !inGraph.contains(prev)).toList();
    long until = 0;
    for (EventId prev : missing) {
      Optional<JournaledPdu> awaited =
          waiting.containsKey(prev)
              ? Optional.of(waiting.get(prev).pdu())
              : graph
                  .database()
                  .run(unit -> unit.journal().find(id, prev))
                  .filter(pdu -> !pdu.quarantined());
      if (awaited.isEmpty()) {
        return false;
      }
      until = Math.max(until, awaited.get().nextAttemptTs());
    }
    missing.forEach(prev -> activity.await(prev, entry.event().id()));
    if (until > now) {
      update(entry.pdu().dueAt(until));
    }
    return !missing.isEmpty();
  }

  /** Has those looked at now that awaited an event. */
  private void release(EventId placed) {
    for (EventId follower : activity.release(placed)) {
      if (!waiting.containsKey(follower)) {
        graph
            .database()
            .run(unit -> unit.journal().find(id, follower))
            .filter(pdu -> !pdu.quarantined() && pdu.nextAttemptTs() > now)
            .ifPresent(pdu -> update(pdu.dueAt(now)));
      }
    }
  }

  private void verify(Entry entry) {
    Event event = entry.event();
    if (!activity.verify(event.id())) {
      return;
    }
    tools
        .verifier()
        .verify(version, event, KEYS, tools.executor())
        .whenComplete(
            (verdict, failed) ->
                onWorker(
                    () -> {
                      activity.verified(event.id());
                      verified(entry, Optional.ofNullable(verdict));
                    }));
  }

  private void verified(Entry entry, Optional<SignatureVerdict> verdict) {
    if (verdict.filter(SignatureVerdict.Valid.class::isInstance).isPresent()) {
      JournaledPdu pdu = entry.pdu();
      update(
          new JournaledPdu(
              id,
              pdu.eventId(),
              pdu.origin(),
              pdu.json(),
              true,
              pdu.receivedTs(),
              0,
              pdu.nextAttemptTs(),
              "",
              false));
    } else if (verdict.filter(SignatureVerdict.Invalid.class::isInstance).isPresent()) {
      LOG.debug("{} of {} is dropped: {}", entry.event().id(), id, verdict.get());
      remove(entry);
    } else {
      putOff(entry.pdu(), MAX_FETCHES, "keys of its signatures cannot be had");
    }
  }

  private void fetch(Entry entry) {
    activity.fetchFor(entry.event().id());
    Room room = graph.rooms().get(id);
    tools
        .missing()
        .fetch(room, version, entry.event(), entry.pdu().origin())
        .whenComplete(
            (pulled, failed) ->
                onWorker(
                    () -> {
                      activity.fetched();
                      fetched(entry, Optional.ofNullable(pulled).orElse(List.of()), failed);
                    }));
  }

  private void fetched(Entry entry, List<Pulled> pulled, Throwable failed) {
    String problem = failed == null ? "what it follows is missing" : failed.getMessage();
    try {
      pulled.forEach(this::placePulled);
    } catch (RuntimeException poisonous) {
      LOG.warn("an event that {} follows could not be processed", entry.event(), poisonous);
      problem = String.valueOf(poisonous.getMessage());
    }
    Set<EventId> prev = Set.copyOf(entry.event().prevEvents());
    boolean ready =
        graph.database().run(unit -> unit.events().inGraph(prev)).containsAll(prev)
            && missingAuth(entry.event()).isEmpty();
    if (!ready) {
      LOG.debug("{} waits: {}", entry.event(), problem);
      putOff(entry.pdu(), MAX_FETCHES, problem);
    }
  }

  private void placePulled(Pulled pulled) {
    Event event = pulled.event();
    Set<EventId> mentioned = new HashSet<>(event.prevEvents());
    mentioned.add(event.id());
    Set<EventId> known = graph.database().run(unit -> unit.events().inGraph(mentioned));
    boolean placeable =
        (pulled.state().isPresent() || known.containsAll(event.prevEvents()))
            && missingAuth(event).isEmpty();
    if (!known.contains(event.id()) && placeable) {
      appender.append(
          version,
          event,
          known.containsAll(event.prevEvents()) ? Optional.empty() : pulled.state(),
          unit -> unit.journal().remove(id, event.id()));
      release(event.id());
    }
  }

  /** Goes on, in a turn of its own, with what could not be done inside one. */
  private void onWorker(Runnable work) {
    graph
        .workers()
        .submit(
            id,
            () -> {
              work.run();
              return id;
            })
        .whenComplete(
            (done, failed) -> {
              if (failed == null) {
                journal.process(id);
              } else if (!(failed instanceof TransientException)) {
                LOG.warn("the journal of {} could not be processed", id, failed);
              }
            });
  }

  private void leave(Event event) {
    LocalMembership membership =
        new LocalMembership(Members.subject(event), id, Members.membership(event), event.id());
    graph
        .database()
        .run(
            unit -> {
              unit.events()
                  .put(StoredEvent.outlier(event, Outcome.ACCEPTED, ""), Placement.OUTLIER);
              unit.memberships().put(membership);
              unit.journal().remove(id, event.id());
              return id;
            });
  }

  private void putOff(JournaledPdu pdu, int limit, String problem) {
    boolean givenUp = pdu.attempts() + 1 >= limit;
    if (givenUp) {
      LOG.warn("{} of {} is put into quarantine: {}", pdu.eventId(), id, problem);
    }
    long next = graph.clock().getAsLong() + BACKOFF.after(pdu.attempts() + 1).toMillis();
    update(givenUp ? pdu.quarantinedBecause(problem) : pdu.deferredUntil(next, problem));
  }

  private void update(JournaledPdu pdu) {
    graph
        .database()
        .run(
            unit -> {
              unit.journal().update(pdu);
              return id;
            });
  }

  private void remove(Entry entry) {
    waiting.remove(entry.event().id());
    graph
        .database()
        .run(
            unit -> {
              unit.journal().remove(id, entry.event().id());
              return id;
            });
  }
}
