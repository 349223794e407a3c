package org.theseus.itests.servers;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.theseus.itests.peer.Command;
import org.theseus.itests.peer.Server;

/** A user of a server who says one thing after the other, each of them tried once. */
final class Speaker implements Runnable {
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private final Server server;
  private final String user;
  private final String room;
  private final Queue<String> events = new ConcurrentLinkedQueue<>();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private volatile boolean ended;

  Speaker(Server server, String user, String room) {
    this.server = server;
    this.user = user;
    this.room = room;
  }

  @Override
  public void run() {
    try {
      while (!ended) {
        say();
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }

  private void say() throws InterruptedException {
    try {
      Command.Result sent = server.shell("send", user, room, "word " + NUMBER.incrementAndGet());
      if (sent.status() == 0) {
        events.add(sent.out());
        return;
      }
      failures.add(sent.err());
    } catch (InterruptedException stop) {
      throw stop;
    } catch (Exception away) {
      failures.add(away.toString());
    }
    // not acknowledged: it may or may not have happened
    TimeUnit.MILLISECONDS.sleep(50);
  }

  /** Says no more. */
  void end() {
    ended = true;
  }

  /** The ids of the events that were acknowledged. */
  List<String> events() {
    return List.copyOf(events);
  }

  /** Why others were not. */
  List<String> failures() {
    return List.copyOf(failures);
  }
}
