package org.theseus.transport.jettyclient;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.eclipse.jetty.io.ClientConnector;

/**
 * Remembers for a while which addresses could not be connected to, so that others of the same
 * server are tried before them: one that is silent costs seconds each time. Guarded by {@code
 * this}.
 */
final class DeadAddresses implements ClientConnector.ConnectListener {
  private static final Duration WHILE = Duration.ofMinutes(5);
  private static final int MOST = 1_000;

  private final LongSupplier nanoTime;
  private final Map<SocketAddress, Long> failures =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<SocketAddress, Long> eldest) {
          return size() > MOST;
        }
      };

  DeadAddresses(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  @Override
  public synchronized void onConnectFailure(
      SocketChannel channel, SocketAddress address, Throwable cause) {
    failures.remove(address);
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

  synchronized void works(SocketAddress address) {
    failures.remove(address);
  }

  /** Puts those that failed lately behind the others; else the order stays. */
  synchronized <T extends SocketAddress> List<T> last(List<T> addresses) {
    return addresses.stream().sorted(Comparator.comparing(this::isDead)).toList();
  }

  private boolean isDead(SocketAddress address) {
    Long failed = failures.get(address);
    return failed != null && nanoTime.getAsLong() - failed < WHILE.toNanos();
  }
}
