package org.theseus.pdu.core.graph;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A map that keeps what was used last. Safe for many threads; guarded by {@code this}. */
final class Lru<K, V> {
  private static final float LOAD = 0.75f;
  private final LinkedHashMap<K, V> entries;

  Lru(int capacity) {
    this.entries =
        new LinkedHashMap<>(16, LOAD, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
            return size() > capacity;
          }
        };
  }

  synchronized Optional<V> get(K key) {
    return Optional.ofNullable(entries.get(key));
  }

  synchronized void put(K key, V value) {
    entries.put(key, value);
  }

  /** What is there already is newer than what was loaded meanwhile. */
  synchronized void putIfAbsent(K key, V value) {
    entries.putIfAbsent(key, value);
  }

  synchronized void remove(K key) {
    entries.remove(key);
  }
}
