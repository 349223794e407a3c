package org.theseus.transport.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/** Where requests wait: for what is away, for room, and for room while their bodies arrive. */
final class WaitingRoom {
  /** Whoever has more than these waiting is refused at once: no sender of transactions has. */
  private static final int MAX_PER_SHARER = 1_024;

  private static final int MAX = 4_096;

  /** How long is waited for room, before more is asked of the peer than patience. */
  private static final Duration ROOM_WAIT = Duration.ofSeconds(5);

  private final ParkingLot<InboundCall> parked;
  private final ParkingLot<InboundCall> queue;
  private final ParkingLot<Growth> bodies;
  private final AtomicBoolean waking = new AtomicBoolean();
  private final AtomicBoolean wakingAll = new AtomicBoolean();
  private final Executor pool;
  private final ParkingLot.Timer timer;
  private final LongSupplier nanoTime;

  /**
   * Makes an empty room.
   *
   * @param pool looks after whoever waits
   * @param timer ends waits
   * @param nanoTime the clock of deadlines
   */
  WaitingRoom(Executor pool, ParkingLot.Timer timer, LongSupplier nanoTime) {
    this.pool = pool;
    this.timer = timer;
    this.nanoTime = nanoTime;
    this.parked = new ParkingLot<>(MAX_PER_SHARER, MAX, nanoTime, timer);
    this.queue = new ParkingLot<>(MAX_PER_SHARER, MAX, nanoTime, timer);
    this.bodies = new ParkingLot<>(MAX_PER_SHARER, MAX, nanoTime, timer);
  }

  /** Where requests wait for what is away. */
  ParkingLot<InboundCall> parked() {
    return parked;
  }

  /** Where requests wait for room. */
  ParkingLot<InboundCall> queue() {
    return queue;
  }

  /** Where bodies wait for room to be read on. */
  ParkingLot<Growth> bodies() {
    return bodies;
  }

  /** Tells until when is waited for room, from now on. */
  long roomDeadlineNanos() {
    return nanoTime.getAsLong() + ROOM_WAIT.toNanos();
  }

  /** Lets a body wait for room for what has come of it. */
  CompletionStage<Void> await(Growth growth) {
    switch (bodies.park(growth)) {
      case PARKED -> wake();
      case CLOSED -> growth.grant();
      case FULL -> growth.expire();
    }
    return growth.granted();
  }

  /** Looks after whoever waits for room, soon, on a thread of the pool. */
  void wake() {
    if (!(queue.isEmpty() && bodies.isEmpty()) && waking.compareAndSet(false, true)) {
      pool.execute(
          () -> {
            waking.set(false);
            bodies.wakeFairly();
            queue.wakeFairly();
          });
    }
  }

  /** Looks after whoever waits for anything, soon. */
  void wakeAll() {
    wake();
    if (!parked.isEmpty() && wakingAll.compareAndSet(false, true)) {
      pool.execute(
          () -> {
            wakingAll.set(false);
            parked.wake();
          });
    }
  }

  /** Looks after whoever waits for anything, after a time. */
  @SuppressWarnings("FutureReturnValueIgnored") // it comes too early for nobody
  void wakeAfter(Duration time) {
    timer.after(time.toNanos(), this::wakeAll);
  }

  /** Lets nobody in any more, and gives out the requests that wait. */
  List<InboundCall> close() {
    List<InboundCall> out = new ArrayList<>(parked.close());
    out.addAll(queue.close());
    return out;
  }

  /** Lets all bodies be read on: their next handler has to find room for them. */
  void letBodiesGo() {
    bodies.close().forEach(Growth::grant);
  }
}
