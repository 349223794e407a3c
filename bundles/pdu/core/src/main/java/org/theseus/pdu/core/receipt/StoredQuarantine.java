package org.theseus.pdu.core.receipt;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.theseus.pdu.api.Quarantine;
import org.theseus.pdu.core.graph.Graph;
import org.theseus.persistence.api.JournaledPdu;
import org.theseus.persistence.api.RoomRecord;
import org.theseus.persistence.api.UnitOfWork;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.RoomId;

/** What of the journal is in quarantine. */
public class StoredQuarantine implements Quarantine {
  private static final Logger LOG = LoggerFactory.getLogger(StoredQuarantine.class);

  /** The code that is known to fail with what is in quarantine, by room version. */
  private static final String CODE = "pdu.core.quarantine.code.";

  /** How many come out at once when the code has changed; the others by hand, or the next time. */
  private static final int MOST = 1_000;

  private final Graph graph;
  private final Journal journal;

  /**
   * Makes the quarantine.
   *
   * @param graph the rooms
   * @param journal processes what comes out
   */
  public StoredQuarantine(Graph graph, Journal journal) {
    this.graph = graph;
    this.journal = journal;
  }

  @Override
  public final List<SetAside> list(int limit) {
    return graph.database().run(unit -> unit.journal().quarantined(limit)).stream()
        .map(
            pdu ->
                new SetAside(
                    pdu.roomId(), pdu.eventId(), pdu.origin(), pdu.receivedTs(), pdu.problem()))
        .toList();
  }

  @Override
  public final boolean retry(EventId event) {
    Optional<RoomId> room =
        graph
            .database()
            .run(
                unit -> {
                  Optional<JournaledPdu> pdu = unit.journal().quarantined(event);
                  pdu.ifPresent(found -> release(unit, found));
                  return pdu.map(JournaledPdu::roomId);
                });
    room.ifPresent(journal::process);
    return room.isPresent();
  }

  /**
   * Lets out the events of rooms whose code is another one than that which failed. Returns at once.
   */
  public final void releaseIfCodeIsNew() {
    graph
        .database()
        .submit(this::releaseIfCodeIsNew)
        .whenComplete(
            (rooms, failed) -> {
              if (failed == null) {
                rooms.forEach(journal::process);
              } else {
                LOG.warn("the quarantine could not be read", failed);
              }
            });
  }

  private Set<RoomId> releaseIfCodeIsNew(UnitOfWork unit) {
    Set<String> renewed = new HashSet<>();
    for (String version : graph.versions().ids()) {
      graph.versions().code(version).filter(code -> isNew(unit, version, code)).stream()
          .forEach(
              code -> {
                unit.settings().put(CODE + version, code);
                renewed.add(version);
              });
    }
    Set<RoomId> rooms = new HashSet<>();
    if (!renewed.isEmpty()) {
      for (JournaledPdu pdu : unit.journal().quarantined(MOST)) {
        if (unit.rooms().find(pdu.roomId()).map(RoomRecord::version).stream()
            .anyMatch(renewed::contains)) {
          release(unit, pdu);
          rooms.add(pdu.roomId());
        }
      }
    }
    return rooms;
  }

  private static boolean isNew(UnitOfWork unit, String version, String code) {
    return !unit.settings().get(CODE + version).equals(Optional.of(code));
  }

  private void release(UnitOfWork unit, JournaledPdu pdu) {
    LOG.info("{} of {} comes out of quarantine", pdu.eventId(), pdu.roomId());
    unit.journal().update(pdu.released(graph.clock().getAsLong()));
  }
}
