package org.theseus.itests.peer.synapse;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.theseus.itests.peer.Peer;
import org.theseus.itests.peer.Tls;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonObject;

/**
 * A peer that sends as Synapse does: a queue for each destination, transactions with Synapse's
 * patience, back-off, catching up. See the package for what was compared with the real one.
 */
public final class SynapseLikeSender implements AutoCloseable {
  /** How often Synapse looks for destinations that are owed events and not backed off from. */
  static final Duration WAKE_UP = Duration.ofMinutes(1);

  private static final Pattern ORIGIN = Pattern.compile("origin=\"?([^\",]+)");

  private final Peer peer;
  private final Pace pace;
  private final Store store;
  private final BackOffs backOffs;
  private final ConnectionPool pool;
  private final SynapseLikeClient client;
  private final Map<String, DestinationQueue> queues = new ConcurrentHashMap<>();
  private final AtomicLong nextTransaction;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "synapse-like-sender");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * Starts a sender that has the memory of an earlier one.
   *
   * @param peer whose name and key it sends under; requests to it are heard, for who asks is up
   */
  public SynapseLikeSender(
      Peer peer, Pace pace, Settings settings, Store store, BackOffs backOffs) {
    this.peer = peer;
    this.pace = pace;
    this.store = store;
    this.backOffs = backOffs;
    pool = new ConnectionPool(Tls.trustingEverybody(), pace);
    client =
        new SynapseLikeClient(
            pool, peer::xMatrix, backOffs, pace, settings, SynapseLikeSender::jitter);
    client.whenUp(destination -> queue(destination).attempt());
    nextTransaction = new AtomicLong(pace.millis());
    peer.handle(new History(store, peer.name().value()));
    peer.handle(this::hear);
    threads.execute(this::wakeUp);
  }

  /** Starts a sender with Synapse's own settings that has sent nothing yet. */
  public static SynapseLikeSender start(Peer peer, Pace pace) {
    return new SynapseLikeSender(
        peer,
        pace,
        Settings.DEFAULTS,
        new Store(),
        new BackOffs(pace, Settings.DEFAULTS, SynapseLikeSender::jitter));
  }

  /** Sends an event of ours to servers in its room, after those before it. */
  public void send(Event event, Collection<String> destinations) {
    Store.Pdu pdu = store.add(event.roomId().value(), event, destinations);
    for (String destination : destinations) {
      if (backOffs.isDueWithin(destination, DestinationQueue.CATCH_UP_INTERVAL)) {
        queue(destination).add(pdu);
      }
    }
  }

  /** Sends an EDU. */
  public void send(JsonObject edu, String destination) {
    queue(destination).add(edu);
  }

  /** Makes other requests with the same patience, connections and back-offs. */
  public SynapseLikeClient client() {
    return client;
  }

  /** Who is backed off from. */
  public BackOffs backOffs() {
    return backOffs;
  }

  /** What outlives the sender. */
  public Store store() {
    return store;
  }

  /** The attempts to send transactions so far. */
  public List<Attempt> transactions() {
    return client.attempts().stream()
        .filter(attempt -> attempt.target().startsWith("/_matrix/federation/v1/send/"))
        .toList();
  }

  /** Tells whether all that was sent to a destination is acknowledged. */
  public boolean isDone(String destination) {
    return !queue(destination).isBusy() && !store.owed().contains(destination);
  }

  /** By what Synapse multiplies its waits, so that servers do not all come at once. */
  private static double jitter() {
    return ThreadLocalRandom.current().nextDouble(0.8, 1.4);
  }

  private DestinationQueue queue(String destination) {
    return queues.computeIfAbsent(
        destination,
        name -> new DestinationQueue(name, store, backOffs, this::transaction, threads));
  }

  private void transaction(String destination, List<Event> pdus, List<JsonObject> edus)
      throws IOException, InterruptedException {
    List<JsonObject> events = new ArrayList<>();
    pdus.forEach(pdu -> events.add(pdu.json()));
    JsonObject.Builder body =
        JsonObject.builder()
            .put("origin", peer.name().value())
            .put("origin_server_ts", System.currentTimeMillis())
            .put("pdus", new JsonArray(List.copyOf(events)));
    if (!edus.isEmpty()) {
      body.put("edus", new JsonArray(List.copyOf(edus)));
    }
    String txnId = Long.toString(nextTransaction.getAndIncrement());
    client.ask(Call.send(destination, txnId, body.build()));
  }

  /** Hears who asks; signatures are for the peers' other tests. */
  private Optional<Peer.Reply> hear(Peer.Asked asked) {
    Matcher origin = ORIGIN.matcher(asked.authorization());
    if (origin.find()) {
      client.heardFrom(origin.group(1));
    }
    return Optional.empty();
  }

  private void wakeUp() {
    try {
      while (!pace.await(closed, WAKE_UP)) {
        for (String destination : store.owed()) {
          if (backOffs.isDueWithin(destination, Duration.ZERO)) {
            queue(destination).attempt();
          }
        }
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends as a process does: what is in flight is given up, what is not durable is gone. */
  @Override
  public void close() {
    closed.countDown();
    threads.shutdownNow();
    pool.close();
  }
}
