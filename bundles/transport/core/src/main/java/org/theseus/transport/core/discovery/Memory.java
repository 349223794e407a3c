package org.theseus.transport.core.discovery;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.theseus.support.Lru;

/**
 * Remembers answers for as long as each lasts, and asks for one thing once at a time. What was used
 * least recently is forgotten first. Guarded by {@code this}.
 *
 * @param <K> what is asked about
 * @param <V> the answer
 */
final class Memory<K, V extends Memory.Lasting> {
  /** An answer that is good for a while. */
  interface Lasting {
    /** Tells for how long. */
    Duration lasts();
  }

  /** An answer, and whether it was known from before. */
  record Told<V>(V value, boolean remembered) {}

  private record Known<V>(V value, Instant until) {}

  private final InstantSource clock;
  private final Lru<K, CompletableFuture<Known<V>>> entries;

  Memory(int size, InstantSource clock) {
    this.clock = clock;
    this.entries = new Lru<>(size);
  }

  /**
   * Tells what is known, or asks.
   *
   * @param question is asked if nothing is known that lasts; gets the answer there was before; one
   *     that fails is told to who waits, and not remembered
   */
  CompletionStage<Told<V>> get(K key, Function<Optional<V>, CompletionStage<V>> question) {
    CompletableFuture<Known<V>> mine = new CompletableFuture<>();
    Optional<CompletableFuture<Known<V>>> known;
    boolean isGood;
    synchronized (this) {
      known = entries.get(key);
      isGood = known.isPresent() && !isOver(known.get());
      if (!isGood) {
        entries.put(key, mine);
      }
    }
    if (isGood) {
      boolean remembered = known.get().isDone();
      return known.get().thenApply(answer -> new Told<>(answer.value(), remembered));
    }
    Optional<V> before =
        known.filter(one -> !one.isCompletedExceptionally()).map(one -> one.join().value());
    put(question, before)
        .whenComplete(
            (value, failure) -> {
              if (failure == null) {
                mine.complete(new Known<>(value, clock.instant().plus(value.lasts())));
              } else {
                mine.completeExceptionally(failure);
              }
            });
    return mine.thenApply(answer -> new Told<>(answer.value(), false));
  }

  /** Whoever has the same question waits for this answer: one there must be. */
  private static <V> CompletionStage<V> put(
      Function<Optional<V>, CompletionStage<V>> question, Optional<V> before) {
    try {
      return question.apply(before);
    } catch (RuntimeException failed) {
      return CompletableFuture.failedFuture(failed);
    }
  }

  private boolean isOver(CompletableFuture<Known<V>> known) {
    return known.isCompletedExceptionally()
        || (known.isDone() && !clock.instant().isBefore(known.join().until()));
  }
}
