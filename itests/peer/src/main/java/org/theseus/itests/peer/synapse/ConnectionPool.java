package org.theseus.itests.peer.synapse;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.theseus.itests.peer.Peer;
import org.theseus.protocol.api.ServerName;

/**
 * Connections as Twisted keeps them for Synapse: a request takes the one that has been idle
 * longest, at most 5 wait for each server, none longer than 2 minutes. One that was seen to close
 * while it waited is passed over; one that closes when the request is already on its way fails the
 * attempt, for the pool repeats nothing. There is no limit to connections in use.
 *
 * <p>Of server discovery it knows addresses and names with or without a port, not more. Guarded by
 * itself.
 */
final class ConnectionPool implements Wire, AutoCloseable {
  static final int IDLE_PER_HOST = 5;
  static final Duration IDLE = Duration.ofMinutes(2);
  private static final Duration CONNECT = Duration.ofSeconds(30);
  private static final int USUAL_PORT = 8448;

  private final SSLContext tls;
  private final Pace pace;
  private final Map<String, Deque<Idle>> idle = new HashMap<>();
  private final Set<Connection> all = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "synapse-like-pool");
            thread.setDaemon(true);
            return thread;
          });
  private boolean closed;

  /** A connection that waits; another object each time it does. */
  private static final class Idle {
    private final Connection connection;
    private Future<?> expiry;

    Idle(Connection connection) {
      this.connection = connection;
    }
  }

  ConnectionPool(SSLContext tls, Pace pace) {
    this.tls = tls;
    this.pace = pace;
  }

  @Override
  public Peer.Reply exchange(Outgoing request, Duration timeout) throws IOException {
    Deadline deadline = new Deadline(pace.real(timeout));
    Connection connection = take(request.destination());
    boolean whole = false;
    try {
      if (connection == null) {
        connection = open(request.destination(), deadline);
      }
      connection.send(request, deadline);
      int status = connection.status(deadline);
      Peer.Reply reply;
      try {
        reply = new Peer.Reply(status, connection.body(new Deadline(pace.real(timeout))));
      } catch (IOException e) {
        throw new BodyLost(status, e);
      }
      whole = connection.isKept();
      return reply;
    } finally {
      if (whole) {
        put(request.destination(), connection);
      } else if (connection != null) {
        close(connection);
      }
    }
  }

  private Connection open(String destination, Deadline deadline) throws IOException {
    ServerName name = ServerName.of(destination);
    Deadline connected = deadline.atMost(pace.real(CONNECT));
    Connection connection =
        Connection.open(tls, name.host(), name.port().orElse(USUAL_PORT), connected, deadline);
    all.add(connection);
    return connection;
  }

  private Connection take(String destination) {
    while (true) {
      Connection connection;
      synchronized (this) {
        Idle longest = idle.getOrDefault(destination, new ArrayDeque<>()).poll();
        if (longest == null) {
          return null;
        }
        longest.expiry.cancel(false);
        connection = longest.connection;
      }
      if (connection.isQuiet()) {
        return connection;
      }
      close(connection);
    }
  }

  private void put(String destination, Connection connection) {
    Idle kept = new Idle(connection);
    Optional<Connection> dropped = Optional.empty();
    synchronized (this) {
      if (closed) {
        return;
      }
      Deque<Idle> waiting = idle.computeIfAbsent(destination, key -> new ArrayDeque<>());
      if (waiting.size() == IDLE_PER_HOST) {
        dropped = Optional.of(waiting.remove().connection);
      }
      waiting.add(kept);
      long nanos = pace.real(IDLE).toNanos();
      kept.expiry = clock.schedule(() -> expire(waiting, kept), nanos, TimeUnit.NANOSECONDS);
    }
    dropped.ifPresent(this::close);
  }

  private void expire(Deque<Idle> waiting, Idle kept) {
    boolean expired;
    synchronized (this) {
      expired = waiting.remove(kept);
    }
    if (expired) {
      close(kept.connection);
    }
  }

  /** Tells how many connections to a server wait for a request. */
  synchronized int idle(String destination) {
    return idle.getOrDefault(destination, new ArrayDeque<>()).size();
  }

  private void close(Connection connection) {
    all.remove(connection);
    connection.close();
  }

  /** Closes all connections, those in use too. */
  @Override
  public void close() {
    clock.shutdownNow();
    synchronized (this) {
      closed = true;
      idle.clear();
    }
    all.forEach(this::close);
  }
}
