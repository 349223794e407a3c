package org.theseus.pdu.core.receipt;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.theseus.pdu.core.missing.Pulled;
import org.theseus.pdu.core.receipt.RoomJournal.Entry;
import org.theseus.persistence.api.JournalStore;
import org.theseus.persistence.api.JournaledPdu;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.SignatureVerdict;
import org.theseus.protocol.api.StateKey;
import org.theseus.protocol.api.TransientException;

/**
 * Does what a journaled event that cannot be placed is in want of: has it verified, lets it wait
 * for others, or fetches what it refers to. What takes time is done between the worker's turns.
 */
final class Preparation {
  private static final Logger LOG = LoggerFactory.getLogger(Preparation.class);
  private static final long NEVER = Long.MAX_VALUE;

  /** How long a gap has to close itself. */
  private static final long PATIENCE_MS = 750;

  private static final long MIN_ASIDE_MS = 1_000;
  private static final long MAX_ASIDE_MS = 60_000;
  private static final Duration KEYS = Duration.ofSeconds(10);

  private final RoomJournal journal;
  private final Activity activity;
  private final Appender appender;
  private final Runnable again;
  private final List<JournaledPdu> putOff = new ArrayList<>();

  /**
   * Makes it for one turn.
   *
   * @param again has the journal looked through once more
   */
  Preparation(RoomJournal journal, Appender appender, Runnable again) {
    this.journal = journal;
    this.activity = journal.activity();
    this.appender = appender;
    this.again = again;
  }

  /** Does what there is to do for an event; tells when to look again for its sake. */
  long prepare(Entry entry, Set<EventId> inGraph, Map<EventId, Entry> waiting, long now) {
    if (!entry.pdu().verified()) {
      verify(entry);
      return NEVER;
    }
    if (awaits(entry, inGraph, waiting, now)) {
      return NEVER;
    }
    long patientUntil = entry.pdu().receivedTs() + PATIENCE_MS;
    if (entry.pdu().attempts() == 0 && now < patientUntil) {
      return patientUntil;
    }
    if (activity.mayFetch(entry.pdu().origin())) {
      fetch(entry);
    }
    return NEVER;
  }

  /**
   * Makes room for what one turn could not look at: an event that goes on waiting leaves for a
   * while, longer the older it is. Unless it does, what it waits for may never be looked at.
   */
  void stepAside(Entry entry, Map<EventId, Entry> waiting, long now) {
    EventId id = entry.event().id();
    if (waiting.get(id).pdu().nextAttemptTs() <= now && !activity.isFetchedFor(id)) {
      long age = now - entry.pdu().receivedTs();
      putOff(entry, waiting, now + Math.max(MIN_ASIDE_MS, Math.min(MAX_ASIDE_MS, age / 8)));
    }
  }

  private void putOff(Entry entry, Map<EventId, Entry> waiting, long ts) {
    JournaledPdu pdu = entry.pdu().dueAt(ts);
    waiting.put(pdu.eventId(), new Entry(pdu, entry.event()));
    putOff.add(pdu);
  }

  /** Stores what was put off, at once since it may be much. */
  void end() {
    journal.update(putOff);
  }

  /**
   * Lets an event wait while all it follows is journaled too: as long as that does, or until that
   * is placed.
   */
  private boolean awaits(Entry entry, Set<EventId> inGraph, Map<EventId, Entry> waiting, long now) {
    List<EventId> missing =
        entry.event().prevEvents().stream().filter(prev -> !inGraph.contains(prev)).toList();
    long until = 0;
    for (EventId prev : missing) {
      Optional<JournaledPdu> awaited =
          Optional.ofNullable(waiting.get(prev)).map(Entry::pdu).or(() -> journal.find(prev));
      if (awaited.isEmpty()) {
        return false;
      }
      until = Math.max(until, awaited.get().nextAttemptTs());
    }
    missing.forEach(prev -> activity.await(prev, entry.event().id()));
    if (until > now) {
      putOff(entry, waiting, until);
    }
    return !missing.isEmpty();
  }

  /** Puts an event into the graph; tells which awaited it and are due now. */
  List<JournaledPdu> place(Event event, Optional<Map<StateKey, EventId>> told) {
    List<JournaledPdu> released = new ArrayList<>();
    appender.append(
        journal.version(),
        event,
        told,
        unit -> {
          unit.journal().remove(journal.id(), event.id());
          released.addAll(release(unit.journal(), event.id()));
        });
    return released;
  }

  private List<JournaledPdu> release(JournalStore store, EventId placed) {
    List<JournaledPdu> released =
        activity.release(placed).stream()
            .flatMap(follower -> store.find(journal.id(), follower).stream())
            .filter(pdu -> !pdu.quarantined())
            .map(pdu -> pdu.dueAt(Math.min(pdu.nextAttemptTs(), journal.now())))
            .toList();
    released.forEach(store::update);
    return released;
  }

  /** Has an event's signatures verified. */
  void verify(Entry entry) {
    Event event = entry.event();
    if (!activity.verify(event.id())) {
      return;
    }
    journal
        .tools()
        .verifier()
        .verify(journal.version(), event, entry.pdu().origin(), KEYS, journal.tools().executor())
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
      journal.update(entry.pdu().verifiedNow());
    } else if (verdict.filter(SignatureVerdict.Invalid.class::isInstance).isPresent()) {
      LOG.debug("{} is dropped: {}", entry.event(), verdict.get());
      journal.remove(entry.event().id());
    } else {
      journal.putOff(entry.pdu(), "keys of its signatures cannot be had");
    }
  }

  private void fetch(Entry entry) {
    activity.fetchFor(entry.event().id(), entry.pdu().origin());
    journal
        .tools()
        .missing()
        .fetch(journal.room(), journal.version(), entry.event(), entry.pdu().origin())
        .whenComplete(
            (pulled, failed) ->
                onWorker(
                    () -> {
                      activity.fetched(entry.pdu().origin());
                      fetched(entry, Optional.ofNullable(pulled).orElse(List.of()), failed);
                    }));
  }

  private void fetched(Entry entry, List<Pulled> pulled, Throwable failed) {
    String problem = failed == null ? "what it follows is missing" : failed.getMessage();
    try {
      pulled.forEach(this::place);
    } catch (RuntimeException poisonous) {
      LOG.warn("an event that {} follows could not be processed", entry.event(), poisonous);
      problem = String.valueOf(poisonous.getMessage());
    }
    List<EventId> prev = entry.event().prevEvents();
    if (!journal.inGraph(prev).containsAll(prev) || !journal.hasAuthEvents(entry.event())) {
      LOG.debug("{} waits: {}", entry.event(), problem);
      journal.putOff(entry.pdu(), problem);
    }
  }

  private void place(Pulled pulled) {
    Event event = pulled.event();
    Set<EventId> mentioned = new HashSet<>(event.prevEvents());
    mentioned.add(event.id());
    Set<EventId> known = journal.inGraph(mentioned);
    boolean follows = known.containsAll(event.prevEvents());
    if (!known.contains(event.id())
        && (follows || pulled.state().isPresent())
        && journal.hasAuthEvents(event)) {
      place(event, follows ? Optional.empty() : pulled.state());
    }
  }

  /** Goes on, in a turn of its own, with what could not be done inside one. */
  private void onWorker(Runnable work) {
    journal
        .graph()
        .workers()
        .submit(
            journal.id(),
            () -> {
              work.run();
              return journal.id();
            })
        .whenComplete(
            (done, failed) -> {
              if (failed instanceof TransientException) {
                LOG.debug("the journal of {} waits: {}", journal.id(), failed.getMessage());
              } else if (failed != null) {
                LOG.warn("the journal of {} could not be processed", journal.id(), failed);
              }
              again.run();
            });
  }
}
