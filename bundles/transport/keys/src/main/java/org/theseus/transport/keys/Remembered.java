package org.theseus.transport.keys;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.theseus.persistence.api.StoredKey;
import org.theseus.protocol.api.ServerName;
import org.theseus.support.Lru;

/**
 * The stored keys of the servers asked for last. What was read while something changed may be from
 * before, and is not remembered. Guarded by {@code this}.
 */
final class Remembered {
  private static final int MAX_SERVERS = 4_096;

  /** Who has more is looked up each time: strangers decide how many they have. */
  private static final int MAX_KEYS = 16;

  private final Lru<ServerName, List<StoredKey>> keys = new Lru<>(MAX_SERVERS);
  private final ServerName never;
  private long changes;

  /**
   * Remembers nothing yet.
   *
   * @param never whose keys are never remembered
   */
  Remembered(ServerName never) {
    this.never = never;
  }

  /** Tells a server's keys, if they are remembered. */
  Optional<List<StoredKey>> find(ServerName server) {
    return keys.get(server);
  }

  /** Tells how often something has changed, to be read before the store is. */
  synchronized long changes() {
    return changes;
  }

  /**
   * Remembers what the store had, unless that may be old.
   *
   * @param before what {@link #changes} told before the store was read
   */
  synchronized void put(Map<ServerName, List<StoredKey>> stored, long before) {
    if (changes == before) {
      stored.forEach(
          (server, its) -> {
            if (!its.isEmpty() && its.size() <= MAX_KEYS && !server.equals(never)) {
              keys.put(server, List.copyOf(its));
            }
          });
    }
  }

  /** Notes that a server's keys have changed. */
  synchronized void forget(ServerName server) {
    changes++;
    keys.remove(server);
  }
}
