package org.theseus.itests.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.theseus.itests.peer.Guest;
import org.theseus.itests.peer.Server;
import org.theseus.itests.peer.synapse.SynapseLikeSender;
import org.theseus.protocol.api.Event;

/**
 * What a guest says through a Synapse-like sender, and when each event was seen in the timeline of
 * the server.
 */
final class Talk implements AutoCloseable {
  private final Server server;
  private final Guest guest;
  private final SynapseLikeSender sender;
  private final Map<String, Long> said = new LinkedHashMap<>();
  private final Map<String, Long> seen = new ConcurrentHashMap<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Future<Void>> tasks = new ArrayList<>();
  private volatile boolean ended;

  Talk(Server server, Guest guest, SynapseLikeSender sender) {
    this.server = server;
    this.guest = guest;
    this.sender = sender;
  }

  /** Says one thing. */
  void say() {
    Event event;
    synchronized (this) {
      event = guest.message("number " + said.size());
      guest.follow(event);
      said.put(event.id().value(), System.nanoTime());
    }
    sender.send(event, List.of(server.name()));
  }

  /** Says something again and again, and watches what arrives. */
  Talk steadily(Duration pause) {
    tasks.add(
        threads.submit(
            () -> {
              while (!ended) {
                say();
                TimeUnit.NANOSECONDS.sleep(pause.toNanos());
              }
              return null;
            }));
    tasks.add(
        threads.submit(
            () -> {
              while (!ended || seen.size() < said().size()) {
                look();
                TimeUnit.MILLISECONDS.sleep(50);
              }
              return null;
            }));
    return this;
  }

  private void look() throws Exception {
    List<String> ids =
        server.events("timeline", room(), "--limit", "500", "--json").stream()
            .map(event -> event.string("event_id").orElseThrow())
            .toList();
    long now = System.nanoTime();
    ids.forEach(id -> seen.putIfAbsent(id, now));
    seen.keySet().retainAll(said());
  }

  private String room() {
    return guest.last().roomId().value();
  }

  /** Waits until some more has been seen. */
  void awaitMore(int more) throws Exception {
    int wanted = seen.size() + more;
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(90);
    while (seen.size() < wanted) {
      assertThat(System.nanoTime()).as("%s of %s seen", seen.size(), wanted).isLessThan(deadline);
      for (Future<Void> task : tasks) {
        if (task.isDone()) {
          task.get();
        }
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  /** Says no more, and waits until all was seen. */
  void end() throws InterruptedException, ExecutionException {
    ended = true;
    for (Future<Void> task : tasks) {
      task.get();
    }
  }

  /** The ids of all that was said, in order. */
  synchronized List<String> said() {
    return List.copyOf(said.keySet());
  }

  /** How long the slowest event took from being said to being seen. */
  synchronized Duration latest() {
    return said.entrySet().stream()
        .map(entry -> seen.get(entry.getKey()) - entry.getValue())
        .map(Duration::ofNanos)
        .max(Duration::compareTo)
        .orElseThrow();
  }

  /** What of it the whole timeline holds, in its order. */
  List<String> arrived() throws Exception {
    List<String> all = said();
    return server.timelineIds(room()).stream().filter(all::contains).toList();
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
