package org.theseus.transaction.core.outbox;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Shares out how many transactions are under way at once, so that the client's connections last and
 * nobody waits for the dead: each kind of destination has a lane of its own, and who takes long to
 * answer gives the place in the lane to the next. Safe for many threads; guarded by {@code this}.
 */
final class Turns {
  /** What is known about a destination. All together stay below what the client allows. */
  enum Lane {
    /** It answered last time. */
    PROVEN(200, true),
    /** Nobody knows whether it is there. */
    DOUBTFUL(150, true),
    /** It is owed nothing, but shall hear that we are there. */
    GREETED(50, true),
    /** It did not answer, for some time now. */
    FAILING(100, false);

    private final int places;
    private final boolean lingers;

    Lane(int places, boolean lingers) {
      this.places = places;
      this.lingers = lingers;
    }
  }

  private static final int LINGERING = 300;
  private static final Duration LONG = Duration.ofSeconds(1);
  private static final Duration LOOK = Duration.ofMillis(250);

  private final Executor workers;
  private final ScheduledExecutorService scheduler;
  private final Map<Lane, Queue> queues = new EnumMap<>(Lane.class);
  private int lingering;
  private Optional<ScheduledFuture<?>> look = Optional.empty();

  /** A lane: who has a place in it, and who waits for one. */
  private static final class Queue {
    private final Set<Turn> inPlace = new LinkedHashSet<>();
    private final Set<Turn> waiting = new LinkedHashSet<>();
  }

  /** Somebody's turn, from asking until {@link #end}. */
  final class Turn {
    private final Consumer<Turn> task;
    private Lane lane;
    private long sinceNanos;
    private boolean lingers;

    private Turn(Lane lane, Consumer<Turn> task) {
      this.lane = lane;
      this.task = task;
    }

    /** Gives the place to the next; once. */
    void end() {
      ended(this);
    }
  }

  Turns(Executor workers, ScheduledExecutorService scheduler) {
    this.workers = workers;
    this.scheduler = scheduler;
    for (Lane lane : Lane.values()) {
      queues.put(lane, new Queue());
    }
  }

  /** Runs a task on a worker once there is a place for it; that must end the turn. */
  synchronized Turn ask(Lane lane, Consumer<Turn> task) {
    Turn turn = new Turn(lane, task);
    queues.get(lane).waiting.add(turn);
    advance(lane);
    lookLater();
    return turn;
  }

  /** Lets who waits in one lane wait in another; does nothing once its turn has come. */
  synchronized void move(Turn turn, Lane lane) {
    if (turn.lane != lane && queues.get(turn.lane).waiting.remove(turn)) {
      turn.lane = lane;
      queues.get(lane).waiting.add(turn);
      advance(lane);
      lookLater();
    }
  }

  private synchronized void ended(Turn turn) {
    if (turn.lingers) {
      lingering--;
    } else {
      queues.get(turn.lane).inPlace.remove(turn);
      advance(turn.lane);
    }
  }

  private void advance(Lane lane) {
    Queue queue = queues.get(lane);
    while (queue.inPlace.size() < lane.places && !queue.waiting.isEmpty()) {
      Turn turn = queue.waiting.iterator().next();
      queue.waiting.remove(turn);
      turn.sinceNanos = System.nanoTime();
      queue.inPlace.add(turn);
      try {
        workers.execute(() -> turn.task.accept(turn));
      } catch (RejectedExecutionException stopping) {
        queue.inPlace.remove(turn);
      }
    }
  }

  private void lookLater() {
    boolean somebodyWaits = queues.values().stream().anyMatch(queue -> !queue.waiting.isEmpty());
    if (look.isPresent() || !somebodyWaits) {
      return;
    }
    try {
      look = Optional.of(scheduler.schedule(this::look, LOOK.toMillis(), TimeUnit.MILLISECONDS));
    } catch (RejectedExecutionException stopping) {
      queues.values().forEach(queue -> queue.waiting.clear());
    }
  }

  /** Takes those that take long out of their lanes, where others wait. */
  private synchronized void look() {
    look = Optional.empty();
    for (Map.Entry<Lane, Queue> entry : queues.entrySet()) {
      if (entry.getKey().lingers && !entry.getValue().waiting.isEmpty()) {
        letLinger(entry.getValue());
        advance(entry.getKey());
      }
    }
    lookLater();
  }

  private void letLinger(Queue queue) {
    long now = System.nanoTime();
    Iterator<Turn> oldest = queue.inPlace.iterator();
    while (oldest.hasNext() && lingering < LINGERING) {
      Turn turn = oldest.next();
      if (now - turn.sinceNanos < LONG.toNanos()) {
        return;
      }
      turn.lingers = true;
      lingering++;
      oldest.remove();
    }
  }

  /** Tells how many have a turn now. */
  synchronized int taken() {
    return lingering + queues.values().stream().mapToInt(queue -> queue.inPlace.size()).sum();
  }
}
