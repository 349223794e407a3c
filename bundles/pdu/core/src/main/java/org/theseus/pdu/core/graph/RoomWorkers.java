package org.theseus.pdu.core.graph;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.theseus.protocol.api.BeingReplacedException;
import org.theseus.protocol.api.RoomId;
import org.theseus.support.Gate;
import org.theseus.support.Threads;

/**
 * Runs the work of rooms: of one room one piece at a time and in order, the rooms taking turns on a
 * few threads. Pieces are short and resume from the store. Guarded by {@code this}.
 */
public final class RoomWorkers implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RoomWorkers.class);
  private static final int THREADS = 8;
  private static final Duration DRAIN = Duration.ofSeconds(5);

  private final ThreadPoolExecutor pool = Threads.pool("pdu-core-room", THREADS);
  private final Map<RoomId, Queue<Piece<?>>> queues = new HashMap<>();
  private final Gate gate = new Gate();
  private final Duration drain;

  private record Piece<T>(Supplier<T> work, CompletableFuture<T> result) {
    /** Does the work; what is to be told is told by what this returns. */
    Runnable run() {
      try {
        T value = work.get();
        return () -> result.complete(value);
      } catch (RuntimeException | Error failed) {
        return () -> result.completeExceptionally(failed);
      }
    }
  }

  /** Starts the workers. */
  public RoomWorkers() {
    this(DRAIN);
  }

  RoomWorkers(Duration drain) {
    this.drain = drain;
  }

  /**
   * Queues a piece of work.
   *
   * @param room the room it belongs to
   * @param work the work; may block for the store, not for a peer
   * @param <T> what it answers
   * @return completes, on the worker's thread but outside the room's turn, with the answer;
   *     exceptionally with {@link BeingReplacedException} if the workers have been closed before it
   *     began
   */
  public <T> CompletionStage<T> submit(RoomId room, Supplier<T> work) {
    CompletableFuture<T> result = new CompletableFuture<>();
    if (!gate.enter()) {
      result.completeExceptionally(closing());
      return result;
    }
    try {
      Queue<Piece<?>> queue;
      boolean idle;
      synchronized (this) {
        idle = !queues.containsKey(room);
        queue = queues.computeIfAbsent(room, none -> new ArrayDeque<>());
        queue.add(new Piece<>(work, result));
      }
      if (idle) {
        pool.execute(() -> turn(room));
      }
    } finally {
      gate.leave();
    }
    return result;
  }

  private void turn(RoomId room) {
    if (!gate.enter()) {
      return;
    }
    Runnable told = () -> {};
    try {
      Piece<?> piece;
      synchronized (this) {
        piece = queues.get(room).remove();
      }
      told = piece.run();
      goOn(room);
    } finally {
      gate.leave();
      told.run();
    }
  }

  private synchronized void goOn(RoomId room) {
    Queue<Piece<?>> queue = queues.get(room);
    if (queue == null) {
      LOG.debug("a piece of work on {} has ended after the workers were closed", room);
    } else if (queue.isEmpty()) {
      queues.remove(room);
    } else {
      pool.execute(() -> turn(room));
    }
  }

  /**
   * Waits for the pieces under way, at most 5 s, and gives up those that have not begun. What a
   * piece answers that takes longer is told all the same.
   */
  @Override
  public void close() {
    int left = gate.drain(drain);
    if (left > 0) {
      LOG.warn("gave up waiting for {} pieces of work on rooms", left);
    }
    List<Piece<?>> abandoned;
    synchronized (this) {
      abandoned = queues.values().stream().<Piece<?>>flatMap(Queue::stream).toList();
      queues.clear();
      pool.shutdown();
    }
    abandoned.forEach(piece -> piece.result().completeExceptionally(closing()));
  }

  private static BeingReplacedException closing() {
    return new BeingReplacedException("the rooms are being replaced");
  }
}
