package org.theseus.itests.interop;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** A user who goes on talking, through the death of the server too; each text is tried once. */
final class Talk extends Thread implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final long PAUSE_MILLIS = 100;

  private final Homeserver server;
  private final String user;
  private final String room;
  private final Queue<String> everybodys;
  private final Map<String, Long> acknowledged = new ConcurrentHashMap<>();
  private final Set<String> told = new HashSet<>();
  private final Queue<String> refusals = new ConcurrentLinkedQueue<>();
  private volatile boolean ending;

  private Talk(Homeserver server, String user, String room, Queue<String> everybodys) {
    this.server = server;
    this.user = user;
    this.room = room;
    this.everybodys = everybodys;
  }

  /**
   * Begins to talk.
   *
   * @param everybodys where the ids of the events go that the server says it has
   */
  static Talk start(Homeserver server, String user, String room, Queue<String> everybodys) {
    Talk talk = new Talk(server, user, room, everybodys);
    talk.start();
    return talk;
  }

  /** When (see {@link System#nanoTime}) the server said it has which event. */
  Map<String, Long> acknowledged() {
    return acknowledged;
  }

  /** Those of {@link #acknowledged} that this has not told before. */
  Map<String, Long> news() {
    Map<String, Long> news = new HashMap<>(acknowledged);
    news.keySet().removeAll(told);
    told.addAll(news.keySet());
    return news;
  }

  /** What the server said where it did not take an event, and this has not told before. */
  List<String> refusals() {
    return Stream.generate(refusals::poll).takeWhile(Objects::nonNull).toList();
  }

  /** Waits until so many more events have been sent. */
  void awaitMore(int events) throws Exception {
    int before = acknowledged.size();
    Await.until(
        LIMIT,
        () -> {
          if (acknowledged.size() < before + events) {
            throw new AssertionError(user + " has sent only " + (acknowledged.size() - before));
          }
        });
  }

  @Override
  public void run() {
    for (int i = 1; !ending; i++) {
      try {
        String event = server.say(user, room, user + " says " + i);
        acknowledged.put(event, System.nanoTime());
        everybodys.add(event);
      } catch (Exception | AssertionError refused) {
        // not acknowledged: it may or may not have happened
        refusals.add(refused.toString());
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
