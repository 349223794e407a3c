package org.theseus.itests.peer;

import java.io.IOException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** A process of a test; it does not outlive the test's own. */
public final class Child {
  private static final Queue<Process> STARTED = new ConcurrentLinkedQueue<>();

  static {
    Thread end = new Thread(() -> STARTED.forEach(Process::destroyForcibly), "end-children");
    Runtime.getRuntime().addShutdownHook(end);
  }

  private final String name;
  private final Process process;

  private Child(String name, Process process) {
    this.name = name;
    this.process = process;
  }

  /**
   * Starts a process.
   *
   * @param name what messages call it
   */
  public static Child start(String name, ProcessBuilder builder) throws IOException {
    Process process = builder.start();
    STARTED.add(process);
    return new Child(name, process);
  }

  /** Whether it runs. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** The system's name for it. */
  public long pid() {
    return process.pid();
  }

  /** Waits until it has ended by itself and tells its status; after the limit it is killed. */
  public int result(Duration limit) throws InterruptedException {
    if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
      kill();
    }
    return process.exitValue();
  }

  /** Ends it without a word of warning (SIGKILL). */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /**
   * Has it end (SIGTERM), unless it has ended already.
   *
   * @throws AssertionError if it had to be killed in the end
   */
  public void stop(Duration limit) {
    process.destroy();
    try {
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        kill();
        throw new AssertionError(name + " did not stop within " + limit);
      }
    } catch (InterruptedException stop) {
      process.destroyForcibly().onExit().join();
      Thread.currentThread().interrupt();
    }
  }
}
