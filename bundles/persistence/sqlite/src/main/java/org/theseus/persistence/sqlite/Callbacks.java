package org.theseus.persistence.sqlite;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads on which answers are told, so that nobody's reaction holds up the queries. Its queue
 * is bounded by the units there may be.
 */
final class Callbacks implements Executor {
  private static final int THREADS = 2;

  private final AtomicInteger made = new AtomicInteger();
  private final ThreadPoolExecutor pool =
      new ThreadPoolExecutor(
          THREADS,
          THREADS,
          10,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          this::thread,
          // After the end an answer is still told, by whoever brings it.
          (task, ended) -> task.run());

  Callbacks() {
    pool.allowCoreThreadTimeOut(true);
  }

  private Thread thread(Runnable task) {
    Thread thread = new Thread(task, "theseus-sqlite-callback-" + made.incrementAndGet());
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public void execute(Runnable task) {
    pool.execute(task);
  }

  /** Ends the threads once what they have is told; waits for that, but not for ever. */
  void close(Duration patience) throws InterruptedException {
    pool.shutdown();
    pool.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS);
  }
}
