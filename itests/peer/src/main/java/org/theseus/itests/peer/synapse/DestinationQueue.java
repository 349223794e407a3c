package org.theseus.itests.peer.synapse;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.JsonObject;

/**
 * What waits for one destination. One transaction is in flight, of at most 50 PDUs and 100 EDUs;
 * what failed goes again under a new id, its EDUs lost, when something new comes or the destination
 * is woken. A queue begins with catching up, and does so again once the back-off is longer than an
 * hour: then it holds no PDUs, but sends of each room that has missed some the newest events alone,
 * a transaction for each room, and leaves it to the destination to ask for those before them.
 *
 * <p>Guarded by itself; nothing is sent under the lock.
 */
final class DestinationQueue {
  static final int MOST_PDUS = 50;
  static final int MOST_EDUS = 100;

  /** A longer back-off throws the queue away. */
  static final Duration CATCH_UP_INTERVAL = Duration.ofHours(1);

  /** Sends a transaction and returns when it is acknowledged. */
  @FunctionalInterface
  interface Transactions {
    void send(String destination, List<Event> pdus, List<JsonObject> edus)
        throws IOException, InterruptedException;
  }

  private final String destination;
  private final Store store;
  private final BackOffs backOffs;
  private final Transactions transactions;
  private final Executor executor;
  private final List<Store.Pdu> pdus = new ArrayList<>();
  private final List<JsonObject> edus = new ArrayList<>();
  private boolean running;
  private boolean catchingUp = true;
  private Optional<Long> caughtUpTo = Optional.empty();

  DestinationQueue(
      String destination,
      Store store,
      BackOffs backOffs,
      Transactions transactions,
      Executor executor) {
    this.destination = destination;
    this.store = store;
    this.backOffs = backOffs;
    this.transactions = transactions;
    this.executor = executor;
  }

  /** Takes a PDU; while catching up only notes that there is one more. */
  void add(Store.Pdu pdu) {
    synchronized (this) {
      if (!catchingUp || caughtUpTo.isEmpty()) {
        pdus.add(pdu);
      }
    }
    attempt();
  }

  /** Takes an EDU. */
  void add(JsonObject edu) {
    synchronized (this) {
      edus.add(edu);
    }
    attempt();
  }

  /** Sends what there is, unless that is being done. */
  void attempt() {
    synchronized (this) {
      if (running) {
        return;
      }
      running = true;
    }
    try {
      executor.execute(this::run);
    } catch (RejectedExecutionException closed) {
      idle();
    }
  }

  private void run() {
    boolean emptied = false;
    try {
      backOffs.enter(destination, false);
      catchUp();
      while (sendNext()) {
        // there may be more
      }
      emptied = true;
    } catch (BackOffs.NotRetrying backedOff) {
      if (backedOff.interval().compareTo(CATCH_UP_INTERVAL) > 0) {
        startCatchingUp();
      }
    } catch (IOException failed) {
      // its PDUs are still here; the attempt is on the client's list
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    } finally {
      if (!emptied) {
        idle();
      }
    }
  }

  private synchronized void idle() {
    running = false;
  }

  private synchronized void startCatchingUp() {
    catchingUp = true;
    pdus.clear();
    edus.clear();
  }

  /** Sends one transaction, or ceases to run if there is nothing to send. */
  private boolean sendNext() throws IOException, InterruptedException {
    List<Store.Pdu> batch;
    List<JsonObject> ephemeral;
    synchronized (this) {
      batch = List.copyOf(pdus.subList(0, Math.min(MOST_PDUS, pdus.size())));
      List<JsonObject> taken = edus.subList(0, Math.min(MOST_EDUS, edus.size()));
      ephemeral = List.copyOf(taken);
      taken.clear();
      if (batch.isEmpty() && ephemeral.isEmpty()) {
        running = false;
        return false;
      }
    }
    transactions.send(destination, batch.stream().map(Store.Pdu::event).toList(), ephemeral);
    synchronized (this) {
      pdus.subList(0, batch.size()).clear();
    }
    if (!batch.isEmpty()) {
      store.serve(destination, batch.get(batch.size() - 1).ordering());
    }
    return true;
  }

  /** Sends the newest of each room that has missed something, until nothing is missed. */
  private void catchUp() throws IOException, InterruptedException {
    boolean first = caughtUpTo.isEmpty();
    if (first) {
      // later the queue goes by what it caught up with itself, not by what it sent otherwise:
      // a room may be told again what it has acknowledged
      learn(store.served(destination));
    }
    for (List<Store.Pdu> missed = missed(); !missed.isEmpty(); missed = missed()) {
      if (first) {
        forgetPdus();
      }
      for (Store.Pdu pdu : missed) {
        transactions.send(destination, newestOf(pdu), List.of());
        learn(Optional.of(pdu.ordering()));
        store.serve(destination, pdu.ordering());
      }
    }
  }

  /** What is to be caught up with; when it is nothing, catching up is over. */
  private synchronized List<Store.Pdu> missed() {
    // a destination that was never served: nobody knows what it would have missed
    List<Store.Pdu> missed =
        catchingUp && caughtUpTo.isPresent()
            ? store.newestAfter(destination, caughtUpTo.orElseThrow())
            : List.of();
    catchingUp = !missed.isEmpty();
    return missed;
  }

  private synchronized void learn(Optional<Long> ordering) {
    caughtUpTo = ordering;
  }

  private synchronized void forgetPdus() {
    pdus.clear();
  }

  private List<Event> newestOf(Store.Pdu pdu) {
    long after = caughtUpTo.orElseThrow();
    List<Event> newest =
        store.extremities(pdu.room()).stream()
            .filter(extremity -> extremity.ordering() >= after)
            .map(Store.Pdu::event)
            .toList();
    return newest.isEmpty() ? List.of(pdu.event()) : newest;
  }

  /** Tells whether a transaction is being sent or awaits its next attempt. */
  synchronized boolean isBusy() {
    return running;
  }
}
