package org.theseus.pdu.core.receipt;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.theseus.pdu.core.graph.Graph;
import org.theseus.pdu.core.graph.Room;
import org.theseus.persistence.api.RoomRecord.Participation;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.RoomVersion;
import org.theseus.protocol.api.TransientException;
import org.theseus.support.Threads;

/**
 * Has the journal processed, each room's by its worker, whenever there is reason to. What is in
 * memory only makes things faster: the journal itself says what is still to be done.
 */
public final class Journal implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
  private static final Duration RETRY = Duration.ofSeconds(2);

  private final Graph graph;
  private final Tools tools;
  private final ScheduledThreadPoolExecutor timer = Threads.scheduler("pdu-core-journal");
  private final Map<RoomId, Activity> activities = new ConcurrentHashMap<>();

  /**
   * Makes the processor.
   *
   * @param tools what PDUs are processed with
   */
  public Journal(Tools tools) {
    this.graph = tools.graph();
    this.tools = tools;
  }

  /** Goes on with what was journaled before, as after a start or when a version has come back. */
  public void resume() {
    graph
        .database()
        .submit(unit -> unit.journal().rooms())
        .whenComplete(
            (rooms, failed) -> {
              if (failed == null) {
                rooms.forEach(this::process);
              } else {
                LOG.warn("the journal could not be read", failed);
                in(RETRY, this::resume);
              }
            });
  }

  /**
   * Has a room's worker look through its journal soon.
   *
   * @param room the room
   */
  public void process(RoomId room) {
    Activity activity = activities.computeIfAbsent(room, none -> new Activity());
    if (activity.begin()) {
      graph
          .workers()
          .submit(
              room,
              () -> {
                activity.end();
                return turn(room, activity);
              })
          .whenComplete((next, failed) -> processLater(room, activity, next, failed));
    }
  }

  private void processLater(
      RoomId room, Activity activity, Optional<Duration> next, Throwable failed) {
    if (failed instanceof TransientException) {
      LOG.debug("the journal of {} waits: {}", room, failed.getMessage());
    } else if (failed != null) {
      LOG.warn("the journal of {} could not be processed", room, failed);
    }
    Optional<Duration> wait = failed == null ? next : Optional.of(RETRY);
    if (wait.isEmpty()) {
      return;
    }
    if (wait.get().isZero()) {
      process(room);
    } else if (activity.sleepUntil(graph.clock().getAsLong() + wait.get().toMillis())) {
      in(
          wait.get(),
          () -> {
            activity.awake();
            process(room);
          });
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // what fails later is told by itself
  private void in(Duration wait, Runnable work) {
    try {
      timer.schedule(work, wait.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException closed) {
      LOG.debug("the journal waits for the next start");
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }

  /** Does a short piece of the work, and tells when to look again. */
  private Optional<Duration> turn(RoomId id, Activity activity) {
    Optional<Room> room = graph.rooms().find(id);
    if (room.filter(known -> known.participation() == Participation.JOINING).isPresent()) {
      return Optional.empty();
    }
    if (room.isEmpty()) {
      forget(id);
      return Optional.empty();
    }
    Optional<RoomVersion> version = graph.versions().present(room.get().version());
    if (version.isEmpty()) {
      return Optional.empty();
    }
    Turn turn = new Turn(new RoomJournal(tools, activity, id, version.get()), () -> process(id));
    return room.get().isJoined() ? turn.inRoom() : turn.outside();
  }

  private void forget(RoomId id) {
    graph
        .database()
        .run(
            unit -> {
              unit.journal()
                  .due(id, Long.MAX_VALUE, Integer.MAX_VALUE)
                  .forEach(pdu -> unit.journal().remove(id, pdu.eventId()));
              return id;
            });
  }
}
