package org.theseus.transport.keys;

import java.time.Duration;
import java.util.Collection;
import java.util.function.LongSupplier;
import org.theseus.protocol.api.KeyId;
import org.theseus.protocol.api.ServerName;
import org.theseus.support.Lru;

/** Keys a server was asked for lately and has not: whoever makes them up need not wait for it. */
final class Vain {
  private static final Duration LATELY = Duration.ofSeconds(10);
  private static final int MAX_KEYS = 10_000;

  private final LongSupplier nanoTime;
  private final Lru<Asked, Long> untilNanos = new Lru<>(MAX_KEYS);

  private record Asked(ServerName server, KeyId key) {}

  Vain(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  void note(ServerName server, KeyId key) {
    untilNanos.put(new Asked(server, key), nanoTime.getAsLong() + LATELY.toNanos());
  }

  /** Tells whether the server has none of these. */
  boolean were(ServerName server, Collection<KeyId> keys) {
    return !keys.isEmpty() && keys.stream().allMatch(key -> was(new Asked(server, key)));
  }

  private boolean was(Asked asked) {
    return untilNanos.get(asked).filter(until -> nanoTime.getAsLong() - until < 0).isPresent();
  }
}
