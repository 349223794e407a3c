package org.theseus.pdu.core.receipt;

import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.theseus.pdu.core.graph.Graph;
import org.theseus.pdu.core.graph.Room;
import org.theseus.persistence.api.JournalStore;
import org.theseus.persistence.api.JournaledPdu;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.MatrixException;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.RoomVersion;
import org.theseus.support.Backoff;

/**
 * The journal of one room, as the room's worker uses it.
 *
 * @param tools what PDUs are processed with
 * @param activity what goes on in it
 * @param id the room
 * @param version the room's version
 */
record RoomJournal(Tools tools, Activity activity, RoomId id, RoomVersion version) {
  private static final Logger LOG = LoggerFactory.getLogger(RoomJournal.class);
  private static final Backoff BACKOFF = new Backoff(Duration.ofSeconds(2), Duration.ofHours(1));

  /** A journaled PDU and the event it is. */
  record Entry(JournaledPdu pdu, Event event) {}

  Graph graph() {
    return tools.graph();
  }

  Room room() {
    return graph().rooms().get(id);
  }

  long now() {
    return graph().clock().getAsLong();
  }

  /** Reads a record; one that cannot be read any more is put into quarantine. */
  Optional<Entry> read(JournaledPdu pdu) {
    String problem = "its id is not the one it was journaled by";
    try {
      Event event = Verifier.parse(version, tools.json().readObject(pdu.json()));
      if (event.id().equals(pdu.eventId())) {
        return Optional.of(new Entry(pdu, event));
      }
    } catch (MatrixException unreadable) {
      problem = unreadable.error().error();
    }
    LOG.warn("{} of {} cannot be read: {}", pdu.eventId(), id, problem);
    update(pdu.quarantinedBecause(problem));
    return Optional.empty();
  }

  List<JournaledPdu> due(long ts, int limit) {
    return graph().database().run(unit -> unit.journal().due(id, ts, limit));
  }

  Optional<Long> nextDue(long after) {
    return graph().database().run(unit -> unit.journal().nextDue(id, after));
  }

  /** Finds a PDU that waits, not in quarantine. */
  Optional<JournaledPdu> find(EventId event) {
    return graph()
        .database()
        .run(unit -> unit.journal().find(id, event))
        .filter(pdu -> !pdu.quarantined());
  }

  void update(JournaledPdu pdu) {
    write(journal -> journal.update(pdu));
  }

  void update(List<JournaledPdu> pdus) {
    if (!pdus.isEmpty()) {
      write(journal -> pdus.forEach(journal::update));
    }
  }

  void remove(EventId event) {
    write(journal -> journal.remove(id, event));
  }

  /**
   * Puts the next attempt off, longer each time, up to an hour. What was acknowledged is never
   * given up for want of keys or of other events: they may be had again one day.
   */
  void putOff(JournaledPdu pdu, String problem) {
    long next = now() + BACKOFF.after(pdu.attempts() + 1).toMillis();
    update(pdu.deferredUntil(next, problem));
  }

  /** Puts off what cannot be processed; after so many failures since the start it is given up. */
  void failed(JournaledPdu pdu, int limit, String problem) {
    if (activity.failed(pdu.eventId()) < limit) {
      putOff(pdu, problem);
    } else {
      LOG.warn("{} of {} is put into quarantine: {}", pdu.eventId(), id, problem);
      activity.forgetFailures(pdu.eventId());
      update(pdu.quarantinedBecause(problem));
    }
  }

  Set<EventId> inGraph(Collection<EventId> events) {
    return graph().database().run(unit -> unit.events().inGraph(events));
  }

  boolean hasAuthEvents(Event event) {
    Set<EventId> missing = new HashSet<>(event.authEvents());
    missing.removeAll(graph().events().find(event.authEvents()).keySet());
    return missing.isEmpty();
  }

  private void write(Consumer<JournalStore> change) {
    graph()
        .database()
        .run(
            unit -> {
              change.accept(unit.journal());
              return id;
            });
  }
}
