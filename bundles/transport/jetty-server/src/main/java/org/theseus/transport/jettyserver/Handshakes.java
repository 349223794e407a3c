package org.theseus.transport.jettyserver;

import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.eclipse.jetty.util.Callback;

/**
 * Lets few handshakes be worked on at once, as they cost us far more than those who begin them:
 * whoever has finished one finds a processor. The others wait, unread; clients take turns, so that
 * one with many waits for itself. Guarded by this.
 */
final class Handshakes {
  private final int atOnce;
  private final int waitingPerClient;

  /** The one whose turn is next comes first. */
  private final Map<Object, Set<Turn>> waiting = new LinkedHashMap<>();

  private int working;

  private enum Start {
    NOW,
    LATER,
    NEVER,
    CLOSED
  }

  /**
   * Begins without any.
   *
   * @param atOnce how many may be worked on
   * @param waitingPerClient how many of one client may wait
   */
  Handshakes(int atOnce, int waitingPerClient) {
    this.atOnce = atOnce;
    this.waitingPerClient = waitingPerClient;
  }

  /**
   * Begins a handshake.
   *
   * @param client whose it is
   * @param executor runs steps that had to wait
   * @param refused runs instead of a step if too many wait
   */
  Handshake begin(Object client, Executor executor, Runnable refused) {
    return new Handshake(client, executor, refused);
  }

  /** Tells how many wait. */
  synchronized int waiting() {
    return waiting.values().stream().mapToInt(Set::size).sum();
  }

  private synchronized Start start(Turn turn) {
    if (working < atOnce) {
      working++;
      turn.works = true;
      return Start.NOW;
    }
    Handshake handshake = turn.handshake;
    if (handshake.closed) {
      return Start.CLOSED;
    }
    Set<Turn> own = waiting.computeIfAbsent(handshake.client, client -> new LinkedHashSet<>());
    if (own.size() >= waitingPerClient) {
      return Start.NEVER;
    }
    own.add(turn);
    handshake.waiting.add(turn);
    return Start.LATER;
  }

  private synchronized List<Turn> drop(Handshake handshake) {
    handshake.closed = true;
    List<Turn> dropped = List.copyOf(handshake.waiting);
    handshake.waiting.clear();
    Set<Turn> own = waiting.getOrDefault(handshake.client, Set.of());
    dropped.forEach(own::remove);
    if (own.isEmpty()) {
      waiting.remove(handshake.client);
    }
    return dropped;
  }

  private synchronized Optional<Turn> next(Turn done) {
    if (!done.works) {
      return Optional.empty();
    }
    done.works = false;
    Iterator<Map.Entry<Object, Set<Turn>>> clients = waiting.entrySet().iterator();
    if (!clients.hasNext()) {
      working--;
      return Optional.empty();
    }
    Map.Entry<Object, Set<Turn>> first = clients.next();
    clients.remove();
    Iterator<Turn> turns = first.getValue().iterator();
    Turn next = turns.next();
    turns.remove();
    next.handshake.waiting.remove(next);
    if (!first.getValue().isEmpty()) {
      waiting.put(first.getKey(), first.getValue());
    }
    next.works = true;
    return Optional.of(next);
  }

  /** One client's handshake, read by one thread at a time. */
  final class Handshake {
    private final Object client;
    private final Executor executor;
    private final Runnable refused;
    private volatile Turn last;

    /** Guarded by the handshakes, as is whether it is closed. */
    private final List<Turn> waiting = new ArrayList<>();

    private boolean closed;

    private Handshake(Object client, Executor executor, Runnable refused) {
      this.client = client;
      this.executor = executor;
      this.refused = refused;
    }

    /** Lets a reader wait for its turn when it is told that there is something to read. */
    Callback step(Callback reader) {
      last = new Turn(this, reader);
      return last;
    }

    /** Lets the next one work, though this one's reader may read on. */
    void end() {
      Turn step = last;
      if (step != null) {
        step.end();
      }
    }

    /** Gives its turn up, as its connection is gone. */
    void close() {
      drop(this).forEach(turn -> turn.failed(new ClosedChannelException()));
    }
  }

  /** A step of a handshake. */
  private final class Turn implements Callback {
    private final Handshake handshake;
    private final Callback reader;

    /** Guarded by the handshakes. */
    private boolean works;

    Turn(Handshake handshake, Callback reader) {
      this.handshake = handshake;
      this.reader = reader;
    }

    @Override
    public InvocationType getInvocationType() {
      return reader.getInvocationType();
    }

    @Override
    public void succeeded() {
      switch (start(this)) {
        case NOW -> work();
        case LATER -> {}
        case NEVER -> handshake.refused.run();
        case CLOSED -> failed(new ClosedChannelException());
      }
    }

    @Override
    public void failed(Throwable failure) {
      reader.failed(failure);
    }

    private void work() {
      try {
        reader.succeeded();
      } finally {
        end();
      }
    }

    private void end() {
      try {
        next(this).ifPresent(next -> next.handshake.executor.execute(next::work));
      } catch (RejectedExecutionException stopped) {
        // Connections that wait go with the server.
      }
    }
  }
}
