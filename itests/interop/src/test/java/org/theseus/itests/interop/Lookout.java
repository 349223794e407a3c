package org.theseus.itests.interop;

import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Looks all the time where a talk's events have not been seen yet, and notes when each is. */
final class Lookout extends Thread implements AutoCloseable {
  private static final long PAUSE_MILLIS = 200;

  private final Homeserver server;
  private final String user;
  private final String room;
  private final Talk talk;
  private final Map<String, Long> seen = new ConcurrentHashMap<>();
  private volatile boolean ending;

  private Lookout(Homeserver server, String user, String room, Talk talk) {
    this.server = server;
    this.user = user;
    this.room = room;
    this.talk = talk;
  }

  /**
   * Begins to look.
   *
   * @param server where
   * @param talk whose events, elsewhere
   */
  static Lookout start(Homeserver server, String user, String room, Talk talk) {
    Lookout lookout = new Lookout(server, user, room, talk);
    lookout.start();
    return lookout;
  }

  /** The ids of the events seen. */
  Set<String> seen() {
    return seen.keySet();
  }

  /** How long the latest of some events took from its acknowledgement until it was seen. */
  Duration latest(Map<String, Long> acknowledged) {
    long nanos =
        acknowledged.entrySet().stream()
            .mapToLong(event -> seen.get(event.getKey()) - event.getValue())
            .max()
            .orElseThrow();
    return Duration.ofNanos(nanos);
  }

  @Override
  public void run() {
    while (!ending) {
      try {
        Set<String> awaited = new HashSet<>(talk.acknowledged().keySet());
        awaited.removeAll(seen.keySet());
        if (!awaited.isEmpty()) {
          Set<String> held = server.held(user, room, awaited);
          long now = System.nanoTime();
          held.forEach(event -> seen.put(event, now));
        }
      } catch (Exception | AssertionError cannotLook) {
        // looks again: what it saw too late fails the test
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS));
    }
  }

  @Override
  public void close() {
    ending = true;
    Await.end(this);
  }
}
