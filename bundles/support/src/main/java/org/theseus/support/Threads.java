package org.theseus.support;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Pools that are bounded, named after their module and made of daemon threads that end when idle.
 */
public final class Threads {
  private static final int IDLE_SECONDS = 30;

  private Threads() {}

  /**
   * Names threads.
   *
   * @param name what their names begin with
   * @return a factory of daemon threads
   */
  public static ThreadFactory named(String name) {
    AtomicInteger count = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, name + '-' + count.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  /**
   * Makes a pool with a queue without bound.
   *
   * @param name what its threads' names begin with
   * @param threads the most threads
   * @return the pool
   */
  public static ThreadPoolExecutor pool(String name, int threads) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            named(name));
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /**
   * Makes a pool that refuses ({@link java.util.concurrent.RejectedExecutionException}) what its
   * queue cannot hold.
   *
   * @param name what its threads' names begin with
   * @param threads the most threads
   * @param waiting the most tasks that wait
   * @return the pool
   */
  public static ThreadPoolExecutor pool(String name, int threads, int waiting) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(waiting),
            named(name));
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /**
   * Makes a single thread that starts tasks at their times; they are dropped when it is shut down.
   *
   * @param name its name
   * @return the scheduler
   */
  public static ScheduledThreadPoolExecutor scheduler(String name) {
    ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(1, named(name));
    scheduler.setRemoveOnCancelPolicy(true);
    scheduler.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    return scheduler;
  }
}
