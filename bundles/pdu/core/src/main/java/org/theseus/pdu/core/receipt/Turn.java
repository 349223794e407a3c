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
import org.theseus.pdu.core.graph.Members;
import org.theseus.pdu.core.receipt.RoomJournal.Entry;
import org.theseus.persistence.api.EventStore.Placement;
import org.theseus.persistence.api.JournaledPdu;
import org.theseus.persistence.api.LocalMembership;
import org.theseus.persistence.api.PersistenceException;
import org.theseus.persistence.api.StoredEvent;
import org.theseus.persistence.api.StoredEvent.Outcome;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.TransientException;

/** One look through the journal of a room, by the room's worker. */
final class Turn {
  private static final Logger LOG = LoggerFactory.getLogger(Turn.class);

  /** The PDUs looked at in one turn. */
  private static final int BATCH = 100;

  /** Events placed before other rooms have their turn. */
  private static final int LENGTH = 10;

  private static final int MAX_FAILURES = 5;
  private static final int MAX_DATABASE_FAILURES = 14;

  private final RoomJournal journal;
  private final Preparation preparation;
  private final long now;
  private final Map<EventId, Entry> waiting = new LinkedHashMap<>();
  private final Set<EventId> inGraph = new HashSet<>();

  Turn(RoomJournal journal, Runnable again) {
    this.journal = journal;
    this.preparation = new Preparation(journal, new Appender(journal.graph()), again);
    this.now = journal.now();
  }

  /** Places what can be placed; the rest waits. Tells when to look again. */
  Optional<Duration> inRoom() {
    boolean crowded = read();
    Set<EventId> mentioned = new HashSet<>(waiting.keySet());
    waiting.values().forEach(entry -> mentioned.addAll(entry.event().prevEvents()));
    inGraph.addAll(journal.inGraph(mentioned));
    for (EventId known : List.copyOf(waiting.keySet())) {
      if (inGraph.contains(known)) {
        remove(known);
      }
    }
    if (placeSome()) {
      return Optional.of(Duration.ZERO);
    }
    long again = Long.MAX_VALUE;
    for (Entry entry : List.copyOf(waiting.values())) {
      again = Math.min(again, preparation.prepare(entry, inGraph, waiting, now));
    }
    return next(crowded, again);
  }

  /**
   * Has what takes back our users' invites; nothing else is of use in a room that we are not in.
   */
  Optional<Duration> outside() {
    boolean crowded = read();
    for (Entry entry : List.copyOf(waiting.values())) {
      if (!Invites.isRescinded(journal.graph(), entry.event())) {
        remove(entry.event().id());
      } else if (entry.pdu().verified()) {
        leave(Verifier.hashed(journal.version(), entry.event()));
      } else {
        preparation.verify(entry);
      }
    }
    return next(crowded, Long.MAX_VALUE);
  }

  /** Tells whether there may be more than can be looked at in one turn. */
  private boolean read() {
    List<JournaledPdu> due = journal.due(now, BATCH);
    due.forEach(this::read);
    return due.size() == BATCH;
  }

  private Optional<Entry> read(JournaledPdu pdu) {
    Optional<Entry> read = journal.read(pdu);
    read.ifPresent(entry -> waiting.put(pdu.eventId(), entry));
    return read;
  }

  /** Tells whether the turn ended before it was clear that nothing more can be placed. */
  private boolean placeSome() {
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
    return moved;
  }

  private boolean isReady(Entry entry) {
    return entry.pdu().verified()
        && inGraph.containsAll(entry.event().prevEvents())
        && journal.hasAuthEvents(entry.event());
  }

  private void place(Entry entry) {
    EventId id = entry.event().id();
    try {
      List<JournaledPdu> released = preparation.place(entry.event(), Optional.empty());
      journal.activity().forgetFailures(id);
      inGraph.add(id);
      released.forEach(this::join);
    } catch (TransientException away) {
      throw away;
    } catch (PersistenceException broken) {
      // Most likely not the event's fault; be patient, but not for ever.
      LOG.warn("{} of {} could not be stored", id, journal.id(), broken);
      journal.failed(entry.pdu(), MAX_DATABASE_FAILURES, String.valueOf(broken.getMessage()));
    } catch (RuntimeException poisonous) {
      LOG.warn("{} of {} could not be processed", id, journal.id(), poisonous);
      journal.failed(entry.pdu(), MAX_FAILURES, String.valueOf(poisonous.getMessage()));
    }
  }

  /** Has one that was put off looked at in this turn. */
  private void join(JournaledPdu pdu) {
    read(pdu).ifPresent(entry -> inGraph.addAll(journal.inGraph(entry.event().prevEvents())));
  }

  private Optional<Duration> next(boolean crowded, long again) {
    if (crowded) {
      List.copyOf(waiting.values()).forEach(entry -> preparation.stepAside(entry, waiting, now));
    }
    preparation.end();
    if (crowded) {
      return Optional.of(Duration.ZERO);
    }
    long due = journal.nextDue(now).orElse(Long.MAX_VALUE);
    long ts = Math.min(again, due);
    return ts == Long.MAX_VALUE
        ? Optional.empty()
        : Optional.of(Duration.ofMillis(Math.max(1, ts - now)));
  }

  private void leave(Event event) {
    LocalMembership membership =
        new LocalMembership(
            Members.subject(event), event.roomId(), Members.membership(event), event.id());
    journal
        .graph()
        .database()
        .run(
            unit -> {
              unit.events()
                  .put(StoredEvent.outlier(event, Outcome.ACCEPTED, ""), Placement.OUTLIER);
              unit.memberships().put(membership);
              unit.journal().remove(event.roomId(), event.id());
              return event;
            });
  }

  private void remove(EventId id) {
    waiting.remove(id);
    journal.remove(id);
  }
}
