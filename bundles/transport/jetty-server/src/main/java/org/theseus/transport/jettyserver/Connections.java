package org.theseus.transport.jettyserver;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.Connection;
import org.theseus.support.Clients;

/**
 * The connections of a server. It has room for so many, and each address for its share of them: who
 * comes past that takes the place of the one that has been idle for longest, never of one with a
 * request in progress. Guarded by this.
 */
final class Connections {
  private final Settings settings;
  private final Limits limits;
  private final Tally tally;
  private final Map<InetAddress, Set<ClientEndPoint>> byNetwork = new HashMap<>();
  private int count;

  Connections(Settings settings, Tally tally) {
    this.settings = settings;
    this.limits = settings.limits();
    this.tally = tally;
  }

  /** Takes in a new connection, and closes another if there is no room. */
  void opened(ClientEndPoint client) {
    if (!settings.admits(client.peer())) {
      client.close();
      return;
    }
    if (settings.certificate().isEmpty()) {
      client.handshakeEnds();
    }
    crowdedOutBy(client)
        .ifPresent(
            idlest -> {
              tally.crowdedOut();
              close(idlest);
            });
  }

  private synchronized Optional<ClientEndPoint> crowdedOutBy(ClientEndPoint client) {
    Set<ClientEndPoint> own =
        byNetwork.computeIfAbsent(Clients.share(client.peer()), network -> new HashSet<>());
    own.add(client);
    count++;
    // A proxy comes for many.
    if (own.size() > limits.connectionsPerAddress() && !settings.proxies().trusts(client.peer())) {
      return idlest(own);
    }
    return count > limits.connections() ? idlest(all()) : Optional.empty();
  }

  /** Notes that a connection is gone. */
  synchronized void closed(ClientEndPoint client) {
    InetAddress network = Clients.share(client.peer());
    Set<ClientEndPoint> own = byNetwork.get(network);
    if (own != null && own.remove(client)) {
      count--;
      if (own.isEmpty()) {
        byNetwork.remove(network);
      }
    }
  }

  /** Closes connections that waited too long; Jetty's own time-out knows nothing of slow heads. */
  void sweep(Duration idle, Duration head) {
    for (ClientEndPoint client : all()) {
      if (client.outstays(idle, head)) {
        if (!client.isIdle()) {
          tally.cut();
        }
        close(client);
      } else if (client.stalls(limits.answer())) {
        tally.cut();
        client.close(new TimeoutException("the client does not read its answer"));
      }
    }
  }

  /** Tells how many there are. */
  synchronized int count() {
    return count;
  }

  /** Tells how many of them wait for a request. */
  long idle() {
    return all().stream().filter(ClientEndPoint::isIdle).count();
  }

  private synchronized List<ClientEndPoint> all() {
    return byNetwork.values().stream().flatMap(Set::stream).toList();
  }

  private static Optional<ClientEndPoint> idlest(Collection<ClientEndPoint> clients) {
    long now = System.nanoTime();
    return clients.stream()
        .filter(client -> !client.isBusy())
        .max(Comparator.comparingLong(client -> client.waitedNanos(now)));
  }

  private static void close(ClientEndPoint client) {
    Connection connection = client.getConnection();
    if (connection != null) {
      connection.close();
    }
  }
}
