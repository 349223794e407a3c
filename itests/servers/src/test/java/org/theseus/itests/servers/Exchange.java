package org.theseus.itests.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.theseus.itests.peer.ColdStore;
import org.theseus.itests.peer.Guest;
import org.theseus.itests.peer.Peer;
import org.theseus.itests.peer.Server;
import org.theseus.protocol.api.JsonObject;

/**
 * A server and a peer that send to each other as fast as each can, and what holds of their
 * transactions whatever happens to the server: nothing acknowledged is lost, nothing is there or
 * comes twice, all is in order, and what is repeated is repeated byte for byte.
 */
final class Exchange implements AutoCloseable {
  private static final int SPEAKERS = 3;
  private static final long PATIENCE_SECONDS = 120;

  private final Server server;
  private final Peer peer;
  private final Guest guest;
  private final String room;
  private final String joined;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Dispatches dispatches;
  private final Deliveries deliveries;
  private final List<Speaker> speakers = new ArrayList<>();
  private final List<Future<?>> tasks = new ArrayList<>();

  /**
   * Has them begin.
   *
   * @param moody whether the peer fails at times
   */
  Exchange(Server server, Peer peer, String room, String localpart, long seed, boolean moody)
      throws Exception {
    this.server = server;
    this.peer = peer;
    this.room = room;
    guest = Guest.join(peer, server.name(), room, localpart);
    joined = guest.last().id().value();
    deliveries = Deliveries.to(peer, guest.version(), seed, moody);
    dispatches = new Dispatches(peer, guest, server.name(), seed, threads);
    tasks.add(threads.submit(dispatches));
    for (int i = 0; i < SPEAKERS; i++) {
      Speaker speaker = new Speaker(server, server.user("alice"), room);
      speakers.add(speaker);
      tasks.add(threads.submit(speaker));
    }
  }

  /** Waits until some more events have gone each way. */
  void awaitMore(int more) throws Exception {
    int out = deliveries.events().size() + more;
    int in = dispatches.events().size() + more;
    await(
        "more events each way",
        () -> deliveries.events().size() >= out && dispatches.events().size() >= in);
  }

  /**
   * While the server is dead: what its store counts as delivered has been delivered.
   *
   * @param folder for a copy of the store
   */
  void checkDelivered(Path folder) throws Exception {
    List<String> acknowledged = said();
    Set<String> delivered = new HashSet<>(deliveries.events());
    Set<String> owed =
        ColdStore.read(
            server.home(),
            folder,
            unit -> {
              Set<String> ids = new HashSet<>();
              unit.outbox()
                  .after(
                      peer.name(),
                      unit.outbox().destination(peer.name()).orElseThrow().cursor(),
                      Integer.MAX_VALUE)
                  .forEach(event -> ids.add(event.eventId().value()));
              return ids;
            });
    assertThat(acknowledged).allMatch(id -> owed.contains(id) || delivered.contains(id));
  }

  private List<String> said() {
    return speakers.stream().flatMap(speaker -> speaker.events().stream()).toList();
  }

  /** Has both end, waits until all has arrived, and holds it against what was acknowledged. */
  void end() throws Exception {
    speakers.forEach(Speaker::end);
    dispatches.end();
    for (Future<?> task : tasks) {
      task.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
    Set<String> acknowledged = new HashSet<>(dispatches.events());
    await("what the peer sent", () -> ids(timeline()).containsAll(acknowledged));
    List<JsonObject> timeline = timeline();
    List<String> ids = ids(timeline);
    assertThat(ids).doesNotHaveDuplicates();
    assertThat(ids).filteredOn(acknowledged::contains).isEqualTo(dispatches.events());
    assertThat(new HashSet<>(ids)).containsAll(said());
    List<String> ours = ids(timeline.stream().filter(this::isOurs).toList());
    await("what the server sends", () -> deliveries.events().size() >= ours.size());
    assertThat(deliveries.events()).isEqualTo(ours);
    assertThat(deliveries.wrong()).isEmpty();
    assertThat(dispatches.wrong()).isEmpty();
  }

  /** What was there before the guest came is not sent. */
  private List<JsonObject> timeline() throws Exception {
    List<JsonObject> all = server.timeline(room);
    return all.subList(ids(all).indexOf(joined) + 1, all.size());
  }

  private boolean isOurs(JsonObject event) {
    return event.string("sender").orElseThrow().endsWith(":" + server.name());
  }

  private static List<String> ids(List<JsonObject> events) {
    return events.stream().map(event -> event.string("event_id").orElseThrow()).toList();
  }

  /** What went wrong that only the death of the server excuses. */
  List<String> failures() {
    List<String> failures = new ArrayList<>(dispatches.failures());
    speakers.forEach(speaker -> failures.addAll(speaker.failures()));
    return failures;
  }

  @Override
  public String toString() {
    return "%d events in, %d events out in %d transactions, %d repeats of them"
        .formatted(
            dispatches.events().size(),
            deliveries.events().size(),
            deliveries.transactions(),
            deliveries.repeats());
  }

  static void await(String what, Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!condition.call()) {
      assertThat(System.nanoTime()).as(what).isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
