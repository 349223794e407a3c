package org.theseus.transport.jettyserver;

import java.io.IOException;
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
import java.util.stream.Stream;
import org.eclipse.jetty.io.Connection;
import org.theseus.support.Clients;

/**
 * The connections of a server. Each address may have so many; who comes past that takes the place
 * of its own that has been idle for longest. All together may be so many, too: past that those with
 * the most give way, so that nobody can hold others out, however many it has. A request in progress
 * is cut only where they have nothing else and whoever comes has less. Guarded by this.
 */
final class Connections {
  private final Settings settings;
  private final Limits limits;
  private final Tally tally;
  private final Handshakes handshakes;
  private final Map<InetAddress, Set<ClientEndPoint>> byNetwork = new HashMap<>();
  private int count;

  Connections(Settings settings, Tally tally) {
    this.settings = settings;
    this.limits = settings.limits();
    this.tally = tally;
    handshakes = new Handshakes(limits.handshakes(), limits.handshakesPerAddress());
  }

  /** Takes in a new connection, and closes another if there is no room. */
  void opened(ClientEndPoint client) {
    if (!settings.admits(client.peer())) {
      client.close();
      return;
    }
    if (settings.certificate().isPresent()) {
      // A proxy comes for many: each of them waits for itself.
      client.shakesHands(
          handshakes.begin(
              isProxy(client) ? client : network(client),
              client.executor(),
              () -> client.close(new IOException("too many handshakes at once"))));
    } else {
      client.handshakeEnds();
    }
    crowdedOutBy(client)
        .ifPresent(
            leaving -> {
              tally.crowdedOut();
              if (leaving.isBusy()) {
                leaving.close(new IOException("others had nowhere to go"));
              } else {
                close(leaving);
              }
            });
  }

  private synchronized Optional<ClientEndPoint> crowdedOutBy(ClientEndPoint client) {
    Set<ClientEndPoint> own = byNetwork.computeIfAbsent(network(client), key -> new HashSet<>());
    own.add(client);
    count++;
    if (own.size() > limits.connectionsPerAddress() && !isProxy(client)) {
      return idlest(own);
    }
    return count > limits.connections() ? oneOfTheLargest() : Optional.empty();
  }

  /** Whoever has just come is one that is not busy. */
  private Optional<ClientEndPoint> oneOfTheLargest() {
    int most = byNetwork.values().stream().mapToInt(this::share).max().orElse(0);
    List<ClientEndPoint> largest =
        byNetwork.values().stream().filter(own -> share(own) == most).flatMap(Set::stream).toList();
    return idlest(largest).or(() -> longest(largest.stream()));
  }

  /** A proxy comes for many: what it has is nobody's share. */
  private int share(Set<ClientEndPoint> own) {
    return isProxy(own.iterator().next()) ? 0 : own.size();
  }

  private boolean isProxy(ClientEndPoint client) {
    return settings.proxies().trusts(client.peer());
  }

  private InetAddress network(ClientEndPoint client) {
    return isProxy(client) ? client.peer() : Clients.share(client.peer());
  }

  /** Tells of handshakes that have not ended. */
  Handshakes handshakes() {
    return handshakes;
  }

  /** Notes that a connection is gone. */
  void closed(ClientEndPoint client) {
    forget(client);
    client.closed();
  }

  private synchronized void forget(ClientEndPoint client) {
    InetAddress network = network(client);
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
    return longest(clients.stream().filter(client -> !client.isBusy()));
  }

  private static Optional<ClientEndPoint> longest(Stream<ClientEndPoint> clients) {
    long now = System.nanoTime();
    return clients.max(Comparator.comparingLong(client -> client.waitedNanos(now)));
  }

  private static void close(ClientEndPoint client) {
    Connection connection = client.getConnection();
    if (connection != null) {
      connection.close();
    }
  }
}
