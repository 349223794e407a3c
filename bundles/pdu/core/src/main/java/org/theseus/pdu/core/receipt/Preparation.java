package org.theseus.pdu.core.receipt;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.theseus.pdu.core.missing.Pulled;
import org.theseus.pdu.core.receipt.RoomJournal.Entry;
import org.theseus.persistence.api.JournaledPdu;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.SignatureVerdict;
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

  private static final long STEP_ASIDE_MS = 1_000;
  private static final int MAX_ATTEMPTS = 14;
  private static final Duration KEYS = Duration.ofSeconds(10);

  private final RoomJournal journal;
  private final Activity activity;
  private final Appender appender;
  private final Runnable again;

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
  long prepare(
      Entry entry, Set<EventId> inGraph, Map<EventId, Entry> waiting, long now, boolean crowded) {
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
    if (!activity.isFetching()) {
      fetch(entry);
    } else if (crowded && !activity.isFetchedFor(entry.event().id())) {
      // Makes room for others: one gap is filled after the other.
      journal.update(entry.pdu().dueAt(now + STEP_ASIDE_MS));
    }
    return NEVER;
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
      journal.update(entry.pdu().dueAt(until));
    }
    return !missing.isEmpty();
  }

  /** Has those looked at now that awaited an event. */
  void release(EventId placed) {
    long now = journal.now();
    for (EventId follower : activity.release(placed)) {
      journal
          .find(follower)
          .filter(pdu -> pdu.nextAttemptTs() > now)
          .ifPresent(pdu -> journal.update(pdu.dueAt(now)));
    }
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
        .verify(journal.version(), event, KEYS, journal.tools().executor())
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
      journal.putOff(entry.pdu(), MAX_ATTEMPTS, "keys of its signatures cannot be had");
    }
  }

  private void fetch(Entry entry) {
    activity.fetchFor(entry.event().id());
    journal
        .tools()
        .missing()
        .fetch(journal.room(), journal.version(), entry.event(), entry.pdu().origin())
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
      pulled.forEach(this::place);
    } catch (RuntimeException poisonous) {
      LOG.warn("an event that {} follows could not be processed", entry.event(), poisonous);
      problem = String.valueOf(poisonous.getMessage());
    }
    List<EventId> prev = entry.event().prevEvents();
    if (!journal.inGraph(prev).containsAll(prev) || !journal.hasAuthEvents(entry.event())) {
      LOG.debug("{} waits: {}", entry.event(), problem);
      journal.putOff(entry.pdu(), MAX_ATTEMPTS, problem);
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
      appender.append(
          journal.version(),
          event,
          follows ? Optional.empty() : pulled.state(),
          unit -> unit.journal().remove(journal.id(), event.id()));
      release(event.id());
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
