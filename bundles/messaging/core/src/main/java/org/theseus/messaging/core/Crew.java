package org.theseus.messaging.core;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.TransientException;
import org.theseus.support.Threads;

/**
 * The threads that wait for peers and for the store. Handshakes of one room come one after the
 * other and hold no thread while they wait for each other. Guarded by {@code this}.
 */
final class Crew implements AutoCloseable {
  private static final int HANDSHAKES = 16;
  private static final int READS = 2;
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final ThreadPoolExecutor handshakes = Threads.pool("messaging-handshake", HANDSHAKES);
  private final ThreadPoolExecutor reads = Threads.pool("messaging-read", READS);
  private final Set<Runnable> givingUp = ConcurrentHashMap.newKeySet();
  private final Map<RoomId, CompletableFuture<?>> rooms = new HashMap<>();

  /** Runs a function that blocks for queries of the store. */
  <T> CompletableFuture<T> read(Supplier<T> work) {
    return track(start(CompletableFuture.completedFuture(null), work, reads));
  }

  /** Runs a function that blocks for peers too. */
  <T> CompletableFuture<T> handshake(Supplier<T> work) {
    return track(start(CompletableFuture.completedFuture(null), work, handshakes));
  }

  /** Runs a function that blocks for peers, after those of the same room. */
  synchronized <T> CompletableFuture<T> handshake(RoomId room, Supplier<T> work) {
    CompletableFuture<?> before =
        rooms.getOrDefault(room, CompletableFuture.completedFuture(null)).handle((v, e) -> null);
    CompletableFuture<T> mine = track(start(before, work, handshakes));
    rooms.put(room, mine);
    return mine.whenComplete((value, failure) -> forget(room, mine));
  }

  private synchronized void forget(RoomId room, CompletableFuture<?> done) {
    rooms.remove(room, done);
  }

  private static <T> CompletableFuture<T> start(
      CompletableFuture<?> before, Supplier<T> work, ThreadPoolExecutor pool) {
    return before
        .thenApplyAsync(ready -> work.get(), pool)
        .exceptionallyCompose(
            failure -> {
              Throwable cause = Stages.cause(failure);
              return CompletableFuture.failedFuture(
                  cause instanceof RejectedExecutionException ? closing() : cause);
            });
  }

  /** Makes a stage that is told when we close, whatever becomes of the work. */
  private <T> CompletableFuture<T> track(CompletableFuture<T> work) {
    CompletableFuture<T> told = work.copy();
    Runnable giveUp = () -> told.completeExceptionally(closing());
    givingUp.add(giveUp);
    return told.whenComplete((value, failure) -> givingUp.remove(giveUp));
  }

  private static TransientException closing() {
    return new TransientException("the messaging layer is being replaced");
  }

  /** Lets requests under way end for 2 s, then gives up what is left; it can be asked for again. */
  @Override
  public void close() {
    handshakes.shutdown();
    reads.shutdown();
    try {
      handshakes.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
    handshakes.shutdownNow();
    reads.shutdownNow();
    givingUp.forEach(Runnable::run);
  }
}
