package org.theseus.launcher.demo;

import java.io.IOException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.theseus.launcher.Failure;

/** A user who sends one message after the other until told to cease, and at least so many. */
final class Talker {
  private static final Duration BREATH = Duration.ofMillis(20);

  private final DemoServer server;
  private final String user;
  private final String room;
  private final int least;
  private final Queue<String> sent = new ConcurrentLinkedQueue<>();
  private final Queue<String> problems = new ConcurrentLinkedQueue<>();
  private final AtomicInteger said = new AtomicInteger();
  private final Thread thread;
  private volatile boolean talking = true;

  Talker(DemoServer server, String user, String room, int least) {
    this.server = server;
    this.user = user;
    this.room = room;
    this.least = least;
    this.thread = new Thread(this::talk, "talker-" + user);
  }

  void start() {
    thread.start();
  }

  /** Lets the user say the least there is to say, and waits for the end of it. */
  void finish() throws InterruptedException {
    talking = false;
    thread.join();
  }

  /** The ids of the messages that were acknowledged. */
  Queue<String> sent() {
    return sent;
  }

  /** What went wrong, a line for each message that was not acknowledged. */
  Queue<String> problems() {
    return problems;
  }

  private void talk() {
    try (DemoServer.Shell shell = server.shell()) {
      while ((talking || said.get() < least) && problems.size() < least) {
        say(shell);
        Thread.sleep(BREATH.toMillis());
      }
    } catch (IOException | Failure broken) {
      problems.add(user + " lost the shell: " + broken.getMessage());
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }

  private void say(DemoServer.Shell shell) throws IOException {
    String text = user + " says " + said.incrementAndGet();
    try {
      sent.add(shell.result("send", user, room, text));
    } catch (Failure refused) {
      problems.add(text + ": " + refused.getMessage());
    }
  }
}
