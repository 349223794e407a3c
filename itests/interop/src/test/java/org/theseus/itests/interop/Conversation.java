package org.theseus.itests.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Both talk in a room, and each server is watched for what arrives from the other. */
final class Conversation implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final Queue<String> sent = new ConcurrentLinkedQueue<>();
  private final Talk ofAlice;
  private final Talk ofBob;
  private final Lookout atGuest;
  private final Lookout atHost;

  private Conversation(Room room) {
    ofAlice = Talk.start(room.host(), room.alice(), room.id(), sent);
    ofBob = Talk.start(room.guest(), room.bob(), room.id(), sent);
    atGuest = Lookout.start(room.guest(), room.bob(), room.id(), ofAlice);
    atHost = Lookout.start(room.host(), room.alice(), room.id(), ofBob);
  }

  static Conversation start(Room room) {
    return new Conversation(room);
  }

  Talk ofAlice() {
    return ofAlice;
  }

  Talk ofBob() {
    return ofBob;
  }

  /** The ids of the events that a server said it has. */
  Queue<String> sent() {
    return sent;
  }

  /** Waits until each has sent so many more. */
  void awaitMore(int events) throws Exception {
    ofAlice.awaitMore(events);
    ofBob.awaitMore(events);
  }

  /** How late the latest of alice's events came that were sent since this was last asked. */
  Duration latenessAtGuest() throws Exception {
    return lateness(ofAlice, atGuest);
  }

  /** The same of bob's. */
  Duration latenessAtHost() throws Exception {
    return lateness(ofBob, atHost);
  }

  private static Duration lateness(Talk talk, Lookout lookout) throws Exception {
    Map<String, Long> news = talk.news();
    Await.until(LIMIT, () -> assertThat(lookout.seen()).containsAll(news.keySet()));
    return lookout.latest(news);
  }

  /** Both fall silent. */
  void end() {
    try (ofAlice) {
      ofBob.close();
    }
  }

  @Override
  public void close() {
    try (atGuest;
        atHost) {
      end();
    }
  }
}
