package org.theseus.support;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A map that keeps what was used last. Safe for many threads; guarded by {@code this}.
 *
 * @param <K> the keys
 * @param <V> the values
 */
public final class Lru<K, V> {
  private static final float LOAD = 0.75f;
  private final LinkedHashMap<K, V> entries;

  /**
   * Makes an empty map.
   *
   * @param capacity the most entries it keeps
   */
  public Lru(int capacity) {
    this.entries =
        new LinkedHashMap<>(16, LOAD, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
            return size() > capacity;
          }
        };
  }

  /**
   * Finds a value, which is then the last used.
   *
   * @param key its key
   * @return the value, or empty if there is none any more
   */
  public synchronized Optional<V> get(K key) {
    return Optional.ofNullable(entries.get(key));
  }

  /**
   * Keeps a value in place of the one there may be.
   *
   * @param key its key
   * @param value the value
   */
  public synchronized void put(K key, V value) {
    entries.put(key, value);
  }

  /**
   * Keeps a value unless there is one: what is there already is newer than what was loaded
   * meanwhile.
   *
   * @param key its key
   * @param value the value
   */
  public synchronized void putIfAbsent(K key, V value) {
    entries.putIfAbsent(key, value);
  }

  /**
   * Forgets a value.
   *
   * @param key its key
   */
  public synchronized void remove(K key) {
    entries.remove(key);
  }
}
