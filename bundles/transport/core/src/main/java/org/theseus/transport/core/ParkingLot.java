package org.theseus.transport.core;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.function.LongSupplier;

/**
 * Where requests wait for what is away or for room, without a thread. A request leaves once: it
 * goes on, expires, is taken out or is left over when the lot closes. Nothing foreign is called
 * under the lock, which is {@code this}.
 *
 * @param <R> a request
 */
final class ParkingLot<R extends ParkingLot.Parked> {
  private final Map<R, Place> places = new LinkedHashMap<>();
  private final Map<Sharer, Integer> perSharer = new HashMap<>();
  private final int maxPerSharer;
  private final int max;
  private final LongSupplier nanoTime;
  private final Timer timer;
  private boolean closed;
  private int most;
  private long longestNanos;
  private long expired;
  private long refused;

  /** A request that can wait. */
  interface Parked {
    /** Tells whose share it takes; the same while it is parked. */
    Sharer sharer();

    /** Tells how much its sharer has at work. */
    int load();

    /** Tells until when it may wait, as a reading of the clock. */
    long deadlineNanos();

    /** Tells whether what it waits for is there. */
    boolean isReady();

    /** Goes on; if something is away again it may be parked again. */
    void resume();

    /** Ends, as the time is up. */
    void expire();
  }

  /** Starts a task later; cancelling it is allowed at any time. */
  @FunctionalInterface
  interface Timer {
    Future<?> after(long nanos, Runnable task);
  }

  /** Whether a request was let in. */
  enum Outcome {
    PARKED,
    FULL,
    CLOSED
  }

  /**
   * What went on so far.
   *
   * @param now how many are parked
   * @param most how many were at once
   * @param longestMillis the longest that one waited
   * @param expired how many had to end
   * @param refused how many were not let in
   */
  record Figures(int now, int most, long longestMillis, long expired, long refused) {}

  private record Place(Sharer sharer, long sinceNanos, Future<?> expiry) {}

  private record Turn<R>(R request, int rank) {}

  /**
   * Makes a lot.
   *
   * @param maxPerSharer places for one
   * @param max places for all; whoever takes some must leave as many free
   * @param nanoTime the clock of deadlines
   * @param timer ends waits
   */
  ParkingLot(int maxPerSharer, int max, LongSupplier nanoTime, Timer timer) {
    this.maxPerSharer = maxPerSharer;
    this.max = max;
    this.nanoTime = nanoTime;
    this.timer = timer;
  }

  /**
   * Parks a request. What it waits for may have come meanwhile: {@link #wake} must follow.
   *
   * @param request the request
   * @return whether it was let in
   */
  synchronized Outcome park(R request) {
    if (closed) {
      return Outcome.CLOSED;
    }
    Sharer sharer = request.sharer();
    if (perSharer.getOrDefault(sharer, 0) >= Math.min(maxPerSharer, max - places.size())) {
      refused++;
      return Outcome.FULL;
    }
    perSharer.merge(sharer, 1, Integer::sum);
    long now = nanoTime.getAsLong();
    long wait = Math.max(0, request.deadlineNanos() - now);
    places.put(request, new Place(sharer, now, timer.after(wait, () -> expire(request))));
    most = Math.max(most, places.size());
    return Outcome.PARKED;
  }

  /**
   * Lets all go on that can: those first whose sharers have least at work, and of one sharer those
   * that came first.
   */
  void wake() {
    List<Turn<R>> turns = new ArrayList<>();
    Map<Sharer, Integer> before = new HashMap<>();
    waiting()
        .forEach(
            (request, place) -> {
              int turn = before.merge(place.sharer, 1, Integer::sum);
              turns.add(new Turn<>(request, request.load() + turn));
            });
    turns.sort(Comparator.comparingInt(Turn::rank));
    turns.forEach(turn -> resumeIfReady(turn.request));
  }

  /**
   * Takes a request out.
   *
   * @param request the request
   * @return whether it was here; then it is the caller's
   */
  synchronized boolean remove(R request) {
    Place place = places.remove(request);
    if (place == null) {
      return false;
    }
    place.expiry.cancel(false);
    perSharer.computeIfPresent(place.sharer, (sharer, count) -> count == 1 ? null : count - 1);
    longestNanos = Math.max(longestNanos, nanoTime.getAsLong() - place.sinceNanos);
    return true;
  }

  /** Lets nobody in any more, and gives out whoever is there. */
  List<R> close() {
    synchronized (this) {
      closed = true;
    }
    return waiting().keySet().stream().filter(this::remove).toList();
  }

  synchronized boolean isEmpty() {
    return places.isEmpty();
  }

  /** Tells whether a request of such a sharer waits. */
  synchronized boolean holdsAnyOf(Sharer sharer) {
    return perSharer.containsKey(sharer);
  }

  synchronized Figures figures() {
    long now = nanoTime.getAsLong();
    long longest = longestNanos;
    for (Place place : places.values()) {
      longest = Math.max(longest, now - place.sinceNanos);
    }
    return new Figures(places.size(), most, longest / 1_000_000, expired, refused);
  }

  private synchronized Map<R, Place> waiting() {
    return new LinkedHashMap<>(places);
  }

  private void resumeIfReady(R request) {
    if (request.isReady() && remove(request)) {
      request.resume();
    }
  }

  private void expire(R request) {
    if (remove(request)) {
      synchronized (this) {
        expired++;
      }
      request.expire();
    }
  }
}
