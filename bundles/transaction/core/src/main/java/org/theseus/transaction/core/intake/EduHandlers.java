package org.theseus.transaction.core.intake;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.theseus.persistence.api.Database;
import org.theseus.protocol.api.Edu;
import org.theseus.protocol.api.JsonReader;
import org.theseus.protocol.api.ServerName;
import org.theseus.transaction.api.EduHandler;

/**
 * The handlers that are there, each with a queue and a thread of its own, so that one that hangs
 * keeps nobody waiting but those it is for. A type belongs to the handler that came first. Safe for
 * many threads.
 */
public final class EduHandlers {
  private static final Duration DRAIN = Duration.ofSeconds(2);

  /**
   * What the queues share.
   *
   * @param database holds the durable EDUs
   * @param json reads them
   * @param scheduler wakes who waits
   * @param tally counts
   * @param patience how long a handler may take for one EDU
   */
  record Office(
      Database database,
      JsonReader json,
      ScheduledExecutorService scheduler,
      Tally tally,
      Duration patience) {}

  private final Office office;
  private final List<HandlerQueue> queues = new CopyOnWriteArrayList<>();

  /**
   * Begins without handlers.
   *
   * @param office what their queues share
   */
  EduHandlers(Office office) {
    this.office = office;
  }

  /**
   * Has the handlers look through the journal now and then: what an intake journaled that was being
   * replaced was told to handlers that are gone.
   *
   * @param every how long to wait in between
   */
  @SuppressWarnings("FutureReturnValueIgnored") // it ends with the scheduler
  void lookThroughEvery(Duration every) {
    long millis = every.toMillis();
    office
        .scheduler()
        .scheduleWithFixedDelay(
            () -> queues.forEach(HandlerQueue::lookThrough), millis, millis, TimeUnit.MILLISECONDS);
  }

  /**
   * Takes a handler in and hands it what waits for it. Returns at once.
   *
   * @param handler the handler
   */
  public void add(EduHandler handler) {
    HandlerQueue queue = new HandlerQueue(handler, this::isFirst, office);
    queues.add(queue);
    queue.lookThrough();
  }

  /**
   * Lets a handler go once it has come to the end of an EDU, or after a while.
   *
   * @param handler the handler
   */
  public void remove(EduHandler handler) {
    List<HandlerQueue> gone = queues.stream().filter(queue -> queue.isOf(handler)).toList();
    queues.removeAll(gone);
    end(gone);
    queues.forEach(HandlerQueue::lookThrough);
  }

  /** Lets all handlers go. What they did not come to stays in the journal. */
  public void close() {
    end(queues);
  }

  private static void end(List<HandlerQueue> ending) {
    long deadline = System.nanoTime() + DRAIN.toNanos();
    ending.forEach(HandlerQueue::close);
    ending.forEach(queue -> queue.drain(deadline));
  }

  /** Hands over what may be lost; lost if its handler is away or has too much to do. */
  void offer(ServerName origin, Edu edu) {
    if (!queueOf(edu.type()).map(queue -> queue.offer(origin, edu)).orElse(false)) {
      office.tally().add(Tally.Of.EDUS_MISSED, 1);
    }
  }

  /** Tells that durable EDUs of a server were journaled. */
  void journaled(ServerName origin) {
    queues.forEach(queue -> queue.wake(origin));
  }

  private boolean isFirst(HandlerQueue queue, String type) {
    return queueOf(type).filter(queue::equals).isPresent();
  }

  private Optional<HandlerQueue> queueOf(String type) {
    return queues.stream().filter(queue -> queue.handles(type)).findFirst();
  }
}
