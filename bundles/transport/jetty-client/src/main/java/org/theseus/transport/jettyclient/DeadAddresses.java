package org.theseus.transport.jettyclient;

import java.net.SocketAddress;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongSupplier;
import org.theseus.support.Lru;

/**
 * Remembers for a while which addresses failed, so that others of the same server are tried before
 * them: one that is silent costs seconds each time. Safe for many threads.
 */
final class DeadAddresses {
  private static final Duration WHILE = Duration.ofMinutes(5);
  private static final int MOST = 1_000;

  private final LongSupplier nanoTime;
  private final Lru<SocketAddress, Long> failures = new Lru<>(MOST);

  DeadAddresses(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  void fails(SocketAddress address) {
    failures.put(address, nanoTime.getAsLong());
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
