package org.theseus.transport.jettyclient;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongSupplier;
import org.eclipse.jetty.io.ClientConnector;
import org.theseus.support.Lru;

/**
 * Remembers for a while which addresses could not be connected to, so that others of the same
 * server are tried before them: one that is silent costs seconds each time. Safe for many threads.
 */
final class DeadAddresses implements ClientConnector.ConnectListener {
  private static final Duration WHILE = Duration.ofMinutes(5);
  private static final int MOST = 1_000;

  private final LongSupplier nanoTime;
  private final Lru<SocketAddress, Long> failures = new Lru<>(MOST);

  DeadAddresses(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  @Override
  public void onConnectFailure(SocketChannel channel, SocketAddress address, Throwable cause) {
    failures.put(address, nanoTime.getAsLong());
  }

  @Override
  public void onConnectSuccess(SocketChannel channel) {
    try {
      works(channel.getRemoteAddress());
    } catch (IOException closedSince) {
      // Then nothing is known.
    }
  }

  void works(SocketAddress address) {
    failures.remove(address);
  }

  /** Puts those that failed lately behind the others; else the order stays. */
  <T extends SocketAddress> List<T> last(List<T> addresses) {
    return addresses.stream().sorted(Comparator.comparing(this::isDead)).toList();
  }

  private boolean isDead(SocketAddress address) {
    return failures
        .get(address)
        .filter(failed -> nanoTime.getAsLong() - failed < WHILE.toNanos())
        .isPresent();
  }
}
