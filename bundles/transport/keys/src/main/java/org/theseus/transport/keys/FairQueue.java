package org.theseus.transport.keys;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * Does work of many, so much of it at once, in turns: each asker has a lane of its own, lanes take
 * turns, and none has more than its share of what is done at once or waits. Guarded by {@code
 * this}.
 *
 * @param <T> a piece of work
 */
final class FairQueue<T> {
  /**
   * How much there may be of it.
   *
   * @param atOnce the most pieces of work begun and not ended
   * @param atOnceEach the most of them in one lane
   * @param batch how many items of a lane are one piece of work
   * @param waiting how many items may wait; an asker has at most half of them, less if there are
   *     many askers
   */
  record Limits(int atOnce, int atOnceEach, int batch, int waiting) {}

  private final Limits limits;
  private final Executor executor;
  private final Function<List<T>, CompletionStage<?>> work;
  private final Map<String, Lane<T>> lanes = new HashMap<>();
  private final Deque<Lane<T>> ready = new ArrayDeque<>();
  private int running;

  private static final class Lane<T> {
    private final String asker;
    private final Deque<T> waiting = new ArrayDeque<>();
    private int running;
    private boolean isReady;

    Lane(String asker) {
      this.asker = asker;
    }
  }

  /** A piece of work and whose it is. */
  private record Job<T>(Lane<T> lane, List<T> items) {}

  /**
   * Makes a queue.
   *
   * @param executor begins work, on a thread that does not mind
   * @param work begins a piece of work and tells its end
   */
  FairQueue(Limits limits, Executor executor, Function<List<T>, CompletionStage<?>> work) {
    this.limits = limits;
    this.executor = executor;
    this.work = work;
  }

  /** Lets an item wait for its turn; tells whether there was room. */
  boolean add(String asker, T item) {
    synchronized (this) {
      Lane<T> lane = lanes.computeIfAbsent(asker, Lane::new);
      if (lane.waiting.size() >= limits.waiting() / Math.max(2, lanes.size())) {
        tidy(lane);
        return false;
      }
      lane.waiting.add(item);
      tidy(lane);
    }
    executor.execute(this::pump);
    return true;
  }

  /** Tells how many items wait. */
  synchronized int waiting() {
    return lanes.values().stream().mapToInt(lane -> lane.waiting.size()).sum();
  }

  private void pump() {
    for (Job<T> job = next(); job != null; job = next()) {
      Lane<T> lane = job.lane();
      work.apply(job.items())
          .whenComplete(
              (done, failure) -> {
                ended(lane);
                executor.execute(this::pump);
              });
    }
  }

  private synchronized Job<T> next() {
    if (running >= limits.atOnce() || ready.isEmpty()) {
      return null;
    }
    Lane<T> lane = ready.poll();
    lane.isReady = false;
    List<T> items = new ArrayList<>();
    while (items.size() < limits.batch() && !lane.waiting.isEmpty()) {
      items.add(lane.waiting.poll());
    }
    lane.running++;
    running++;
    tidy(lane);
    return new Job<>(lane, items);
  }

  private synchronized void ended(Lane<T> lane) {
    lane.running--;
    running--;
    tidy(lane);
  }

  private void tidy(Lane<T> lane) {
    if (!lane.isReady && !lane.waiting.isEmpty() && lane.running < limits.atOnceEach()) {
      lane.isReady = true;
      ready.add(lane);
    } else if (lane.waiting.isEmpty() && lane.running == 0) {
      lanes.remove(lane.asker);
    }
  }
}
