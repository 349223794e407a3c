package org.theseus.transaction.core.intake;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.theseus.persistence.api.JournaledEdu;
import org.theseus.protocol.api.Edu;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.TransientException;
import org.theseus.support.Backoff;
import org.theseus.support.Threads;
import org.theseus.transaction.api.EduHandler;

/**
 * Hands EDUs to one handler, one at a time on one thread, the durable ones of each origin in order
 * of receipt, the origins in turn. One that fails is tried again, and its origin waits for it;
 * after {@value #MAX_ATTEMPTS} attempts, those not counted that failed with a {@link
 * TransientException}, it is set aside. The queues are guarded by {@code this}.
 */
final class HandlerQueue {
  static final int MAX_ATTEMPTS = 8;
  static final int MAX_QUARANTINED = 1_000;
  static final int MAX_PASSING_BYTES = 64 * 1024;
  private static final int MAX_PASSING = 1_000;
  private static final long MAX_ALL_PASSING_BYTES = 64 * MAX_PASSING_BYTES;
  private static final int PAGE = 20;
  private static final Backoff BACKOFF =
      new Backoff(Duration.ofMillis(250), Duration.ofSeconds(30));
  private static final Duration STORE_AWAY = Duration.ofSeconds(1);
  private static final Logger LOG = LoggerFactory.getLogger(HandlerQueue.class);

  private record Passing(ServerName origin, Edu edu, int bytes) {}

  private final EduHandler handler;
  private final Set<String> types;
  private final BiPredicate<HandlerQueue, String> isFirst;
  private final EduHandlers.Office office;
  private final ThreadPoolExecutor thread = Threads.pool("theseus-transaction-edu", 1);

  private final Queue<Passing> passing = new ArrayDeque<>();
  private long passingBytes;
  private final Set<ServerName> waiting = new LinkedHashSet<>();
  private final Set<ServerName> resting = new HashSet<>();
  private boolean looking;
  private boolean working;
  private boolean passingLast;
  private boolean closed;

  /** What was handled and could not be removed yet; of the one thread only. */
  private final Set<Long> handled = new HashSet<>();

  /** How often in a row the handler could not see to an origin's first; of the one thread only. */
  private final Map<ServerName, Integer> absences = new HashMap<>();

  HandlerQueue(
      EduHandler handler, BiPredicate<HandlerQueue, String> isFirst, EduHandlers.Office office) {
    this.handler = handler;
    this.types = Set.copyOf(handler.types());
    this.isFirst = isFirst;
    this.office = office;
  }

  boolean isOf(EduHandler other) {
    return handler == other;
  }

  boolean handles(String type) {
    return types.contains(type);
  }

  /** Queues an EDU that may be lost, if it is not too large and there is room. */
  boolean offer(ServerName origin, Edu edu) {
    int bytes = edu.content().toBytes().length;
    return bytes <= MAX_PASSING_BYTES && offer(new Passing(origin, edu, bytes));
  }

  private synchronized boolean offer(Passing edu) {
    boolean room =
        !closed
            && passing.size() < MAX_PASSING
            && passingBytes + edu.bytes() <= MAX_ALL_PASSING_BYTES;
    if (room) {
      passing.add(edu);
      passingBytes += edu.bytes();
      work();
    }
    return room;
  }

  /** Sees to the durable EDUs of an origin, unless it waits for another attempt. */
  synchronized void wake(ServerName origin) {
    if (!closed && !resting.contains(origin)) {
      waiting.add(origin);
      work();
    }
  }

  /** Sees to all that waits in the journal, unless it is about to. */
  synchronized void lookThrough() {
    if (!looking) {
      looking = true;
      look();
    }
  }

  private void look() {
    office
        .database()
        .submit(unit -> unit.journal().eduOrigins())
        .whenComplete(
            (origins, failed) -> {
              if (failed == null) {
                wakeAll(origins);
              } else {
                later(STORE_AWAY, this::look);
              }
            });
  }

  private synchronized void wakeAll(Set<ServerName> origins) {
    looking = false;
    origins.forEach(this::wake);
  }

  /** Begins nothing more. */
  synchronized void close() {
    closed = true;
    thread.shutdown();
  }

  /** Waits until it has ended; who has not by then is interrupted and left alone. */
  void drain(long deadlineNanos) {
    try {
      if (!thread.awaitTermination(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        LOG.info("A handler of {} is still at work and is left alone", types);
        thread.shutdownNow();
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }

  private void work() {
    if (!working) {
      working = true;
      thread.execute(this::takeTurns);
    }
  }

  private void takeTurns() {
    for (Optional<Runnable> next = next(); next.isPresent(); next = next()) {
      next.get().run();
    }
  }

  /** Takes what comes next: the two kinds in turn, so that neither waits for ever. */
  private synchronized Optional<Runnable> next() {
    working = !closed && !(passing.isEmpty() && waiting.isEmpty());
    if (!working) {
      return Optional.empty();
    }
    passingLast = waiting.isEmpty() || (!passingLast && !passing.isEmpty());
    if (passingLast) {
      Passing edu = passing.remove();
      passingBytes -= edu.bytes();
      return Optional.of(() -> handle(edu.origin(), edu.edu()));
    }
    ServerName origin = waiting.iterator().next();
    waiting.remove(origin);
    return Optional.of(() -> handlePage(origin));
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  private void handlePage(ServerName origin) {
    try {
      Set<String> mine = durableTypes();
      List<JournaledEdu> page =
          office.database().run(unit -> unit.journal().edus(origin, mine, PAGE));
      Optional<JournaledEdu> failed = handleUpToFailure(page);
      note(failed);
      if (failed.isPresent()) {
        rest(origin, failed.get());
      } else if (page.size() == PAGE) {
        wake(origin);
      }
    } catch (RuntimeException storeAway) {
      LOG.debug("Journaled EDUs of {} wait", origin, storeAway);
      later(STORE_AWAY, () -> wake(origin));
    }
  }

  private Set<String> durableTypes() {
    return types.stream()
        .filter(EduIntake.DURABLE::contains)
        .filter(type -> isFirst.test(this, type))
        .collect(Collectors.toSet());
  }

  private Optional<JournaledEdu> handleUpToFailure(List<JournaledEdu> page) {
    for (JournaledEdu edu : page) {
      if (isClosed()) {
        break;
      }
      if (!handled.contains(edu.id())) {
        Optional<Throwable> problem = handle(edu);
        if (problem.isPresent()) {
          return Optional.of(failed(edu, problem.get()));
        }
        handled.add(edu.id());
        absences.remove(edu.origin());
      }
    }
    return Optional.empty();
  }

  private JournaledEdu failed(JournaledEdu edu, Throwable why) {
    JournaledEdu failed = edu.failedBecause(why.toString());
    if (why instanceof TransientException) {
      absences.merge(edu.origin(), 1, Integer::sum);
      return new JournaledEdu(
          edu.id(), edu.origin(), edu.type(), edu.content(), edu.attempts(), failed.problem());
    }
    absences.remove(edu.origin());
    return failed;
  }

  private void note(Optional<JournaledEdu> failed) {
    Set<Long> done = Set.copyOf(handled);
    office
        .database()
        .run(
            unit -> {
              done.forEach(unit.journal()::removeEdu);
              failed.ifPresent(
                  edu -> {
                    if (isGivenUp(edu)) {
                      unit.journal().quarantineEdu(edu, MAX_QUARANTINED);
                    } else {
                      unit.journal().updateEdu(edu);
                    }
                  });
              return done;
            });
    handled.removeAll(done);
    office.tally().add(Tally.Of.EDUS_HANDLED, done.size());
  }

  private static boolean isGivenUp(JournaledEdu edu) {
    return edu.attempts() >= MAX_ATTEMPTS;
  }

  private void rest(ServerName origin, JournaledEdu failed) {
    if (isGivenUp(failed)) {
      LOG.warn(
          "{} of {} was given up after {} attempts: {}",
          failed.type(),
          origin,
          failed.attempts(),
          failed.problem());
      office.tally().add(Tally.Of.EDUS_QUARANTINED, 1);
      wake(origin);
      return;
    }
    synchronized (this) {
      resting.add(origin);
    }
    later(BACKOFF.after(absences.getOrDefault(origin, failed.attempts())), () -> goOn(origin));
  }

  private synchronized void goOn(ServerName origin) {
    resting.remove(origin);
    wake(origin);
  }

  @SuppressWarnings("FutureReturnValueIgnored") // tasks fail by themselves
  private void later(Duration wait, Runnable task) {
    try {
      office.scheduler().schedule(task, wait.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException stopping) {
      LOG.debug("EDUs are left to whoever comes next");
    }
  }

  private Optional<Throwable> handle(JournaledEdu edu) {
    try {
      return handle(edu.origin(), new Edu(edu.type(), office.json().readObject(edu.content())));
    } catch (RuntimeException unreadable) {
      return Optional.of(unreadable);
    }
  }

  /** Calls the handler; tells what went wrong. */
  private Optional<Throwable> handle(ServerName origin, Edu edu) {
    String type = edu.type();
    Runnable overdue =
        () -> {
          LOG.warn("The handler of {} hangs and is interrupted", type);
          office.tally().add(Tally.Of.HANDLERS_OVERDUE, 1);
        };
    Alarm alarm = Alarm.set(office.scheduler(), office.patience(), overdue);
    try {
      handler.handle(origin, edu);
      return Optional.empty();
    } catch (Throwable failed) { // of whatever kind, or nobody would work here any more
      LOG.warn("The handler of {} failed for one from {}: {}", type, origin, failed.toString());
      LOG.debug("It failed so", failed);
      office.tally().add(Tally.Of.EDU_FAILURES, 1);
      return Optional.of(failed);
    } finally {
      alarm.putOut();
    }
  }
}
