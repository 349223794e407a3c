package org.theseus.transport.core;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.function.LongSupplier;

/**
 * Where requests wait for what is away, without a thread. A request leaves once: it goes on,
 * expires, is taken out or is left over when the lot closes. Nothing foreign is called under the
 * lock, which is {@code this}.
 *
 * @param <R> a request
 */
final class ParkingLot<R extends ParkingLot.Parked> {
  private final Map<R, Future<?>> parked = new LinkedHashMap<>();
  private final Map<InetAddress, Integer> perClient = new HashMap<>();
  private final int maxPerClient;
  private final int max;
  private final LongSupplier nanoTime;
  private final Timer timer;
  private boolean closed;

  /** A request that can wait. */
  interface Parked {
    /** Tells who sent it. */
    InetAddress client();

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

  ParkingLot(int maxPerClient, int max, LongSupplier nanoTime, Timer timer) {
    this.maxPerClient = maxPerClient;
    this.max = max;
    this.nanoTime = nanoTime;
    this.timer = timer;
  }

  /**
   * Parks a request; if what it waits for has come meanwhile it goes on at once.
   *
   * @param request the request
   * @return whether it was let in
   */
  Outcome park(R request) {
    synchronized (this) {
      if (closed) {
        return Outcome.CLOSED;
      }
      if (parked.size() >= max || perClient.getOrDefault(request.client(), 0) >= maxPerClient) {
        return Outcome.FULL;
      }
      perClient.merge(request.client(), 1, Integer::sum);
      long wait = Math.max(0, request.deadlineNanos() - nanoTime.getAsLong());
      parked.put(request, timer.after(wait, () -> expire(request)));
    }
    resumeIfReady(request);
    return Outcome.PARKED;
  }

  /** Lets all go on that can, in the order they came. */
  void wake() {
    waiting().forEach(this::resumeIfReady);
  }

  /**
   * Takes a request out.
   *
   * @param request the request
   * @return whether it was here; then it is the caller's
   */
  synchronized boolean remove(R request) {
    Future<?> expiry = parked.remove(request);
    if (expiry == null) {
      return false;
    }
    expiry.cancel(false);
    perClient.computeIfPresent(request.client(), (client, count) -> count == 1 ? null : count - 1);
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
    return parked.isEmpty();
  }

  private synchronized List<R> waiting() {
    return List.copyOf(parked.keySet());
  }

  private void resumeIfReady(R request) {
    if (request.isReady() && remove(request)) {
      request.resume();
    }
  }

  private void expire(R request) {
    if (remove(request)) {
      request.expire();
    }
  }
}
