package org.theseus.transport.core;

import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
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
  private final Map<Object, NavigableMap<Long, R>> lines = new LinkedHashMap<>();
  private final Map<Sharer, Integer> perSharer = new HashMap<>();
  private final int maxPerSharer;
  private final int max;
  private final LongSupplier nanoTime;
  private final Timer timer;
  private boolean closed;
  private long count;
  private int most;
  private long longestNanos;
  private long expired;
  private long refused;

  /** What a request that waits could do now. */
  enum State {
    /** Nothing: something it needs is not there. */
    AWAY,
    /** Nothing: there is no room for it, nor for those behind it in its line. */
    CROWDED,
    /** Go on. */
    READY
  }

  /** A request that can wait. */
  interface Parked {
    /** Tells whose share it takes; the same while it is parked. */
    Sharer sharer();

    /** Tells what those have in common who wait for the same room; the same while it is parked. */
    Object line();

    /** Tells how much its sharer has at work. */
    int load();

    /** Tells until when it may wait, as a reading of the clock. */
    long deadlineNanos();

    /** Tells whether what it waits for is there. */
    State state();

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

  private record Place(
      Sharer sharer, Object line, long number, long sinceNanos, Future<?> expiry) {}

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
   * Parks a request. What it waits for may have come meanwhile: a wake must follow.
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
    Object line = request.line();
    Future<?> expiry = timer.after(wait, () -> expire(request));
    places.put(request, new Place(sharer, line, ++count, now, expiry));
    lines.computeIfAbsent(line, any -> new TreeMap<>()).put(count, request);
    most = Math.max(most, places.size());
    return Outcome.PARKED;
  }

  /** Lets all go on that need nothing that is away, in the order they came. */
  void wake() {
    waiting().forEach(this::wake);
  }

  /** Lets a request go on if it is here and needs nothing that is away. */
  void wake(R request) {
    if (request.state() != State.AWAY && remove(request)) {
      request.resume();
    }
  }

  /**
   * Lets all go on for which there is room: one after the other the first in its line whose sharer
   * has least at work. Costs little however many wait, if they are in few lines.
   */
  void wakeFairly() {
    Set<Object> open = openLines();
    while (!open.isEmpty()) {
      R best = null;
      for (Iterator<Object> each = open.iterator(); each.hasNext(); ) {
        R first = firstReady(each.next());
        if (first == null) {
          each.remove();
        } else if (best == null || first.load() < best.load()) {
          best = first;
        }
      }
      if (best != null && remove(best)) {
        best.resume();
      }
    }
  }

  private synchronized Set<Object> openLines() {
    return new LinkedHashSet<>(lines.keySet());
  }

  private R firstReady(Object line) {
    for (Map.Entry<Long, R> next = after(line, 0);
        next != null;
        next = after(line, next.getKey())) {
      State state = next.getValue().state();
      if (state != State.AWAY) {
        return state == State.READY ? next.getValue() : null;
      }
    }
    return null;
  }

  private synchronized Map.Entry<Long, R> after(Object line, long number) {
    NavigableMap<Long, R> requests = lines.get(line);
    return requests == null ? null : requests.higherEntry(number);
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
    lines.computeIfPresent(
        place.line,
        (line, requests) -> {
          requests.remove(place.number);
          return requests.isEmpty() ? null : requests;
        });
    perSharer.computeIfPresent(place.sharer, (sharer, count) -> count == 1 ? null : count - 1);
    longestNanos = Math.max(longestNanos, nanoTime.getAsLong() - place.sinceNanos);
    return true;
  }

  /** Lets nobody in any more, and gives out whoever is there. */
  List<R> close() {
    synchronized (this) {
      closed = true;
    }
    return waiting().stream().filter(this::remove).toList();
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

  private synchronized List<R> waiting() {
    return List.copyOf(places.keySet());
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
