package org.theseus.itests.interop;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.theseus.protocol.api.JsonObject;

/** Looks at a room all the time and notes when each event is first seen there. */
final class Lookout extends Thread implements AutoCloseable {
  private static final long PAUSE_MILLIS = 200;
  private static final int NEWEST = 60;

  private final Homeserver server;
  private final String user;
  private final String room;
  private final Map<String, Long> seen = new ConcurrentHashMap<>();
  private volatile boolean ending;

  private Lookout(Homeserver server, String user, String room) {
    this.server = server;
    this.user = user;
    this.room = room;
  }

  static Lookout start(Homeserver server, String user, String room) {
    Lookout lookout = new Lookout(server, user, room);
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
        for (JsonObject event : server.newest(user, room, NEWEST)) {
          seen.putIfAbsent(Events.id(event), System.nanoTime());
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
