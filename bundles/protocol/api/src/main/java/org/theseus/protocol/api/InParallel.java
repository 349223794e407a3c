package org.theseus.protocol.api;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;

/**
 * Applies a function to many things on all cores. The caller works too and takes every chunk that
 * nobody else has begun, so the executor speeds things up but is never waited for: it may be busy,
 * refuse, drop what it was given, or run the caller itself.
 */
final class InParallel {
  /** Enough that handing a chunk out costs nothing, few enough that all cores end together. */
  private static final int CHUNK = 8;

  private InParallel() {}

  static <T, R> List<R> map(List<T> things, Function<T, R> function, Executor executor) {
    List<FutureTask<List<R>>> chunks = new ArrayList<>();
    for (int from = 0; from < things.size(); from += CHUNK) {
      List<T> chunk = things.subList(from, Math.min(things.size(), from + CHUNK));
      chunks.add(new FutureTask<>(() -> chunk.stream().map(function).toList()));
    }
    // A chunk that is being worked on, or done, is passed over by whoever comes to it.
    Runnable work = () -> chunks.forEach(FutureTask::run);
    try {
      help(executor, work, Math.min(chunks.size(), Runtime.getRuntime().availableProcessors()) - 1);
      List<R> results = new ArrayList<>(things.size());
      for (FutureTask<List<R>> chunk : chunks) {
        if (Thread.currentThread().isInterrupted()) {
          throw new CancellationException("interrupted");
        }
        chunk.run();
      }
      for (FutureTask<List<R>> chunk : chunks) {
        results.addAll(chunk.get());
      }
      return results;
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted");
    } catch (ExecutionException failure) {
      throw thrown(failure.getCause());
    } finally {
      chunks.forEach(chunk -> chunk.cancel(false));
    }
  }

  private static void help(Executor executor, Runnable work, int helpers) {
    try {
      for (int i = 0; i < helpers; i++) {
        executor.execute(work);
      }
    } catch (RejectedExecutionException busy) {
      // Then those that were taken and the caller do it.
    }
  }

  private static RuntimeException thrown(Throwable cause) {
    if (cause instanceof Error error) {
      throw error;
    }
    return (RuntimeException) cause;
  }
}
