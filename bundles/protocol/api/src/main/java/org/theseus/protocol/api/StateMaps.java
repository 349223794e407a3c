package org.theseus.protocol.api;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Makes state maps. Safe for many threads.
 *
 * <p>State keys are chosen by strangers. Who knows how slots are placed may choose them so that
 * they crowd one place of a map, which makes it deeper. A program that stores maps therefore has a
 * secret {@linkplain #keyed key}.
 *
 * <p>Ours: the specification does not say how a state is kept.
 */
@ProviderType
public interface StateMaps {
  /**
   * Makes the map without entries.
   *
   * @return the empty map
   */
  StateMap empty();

  /**
   * Makes a map.
   *
   * @param entries the event in force for each slot
   * @return the map
   */
  StateMap of(Map<StateKey, EventId> entries);

  /**
   * Opens a stored map. Its own node is loaded at once, others when they are needed; each is
   * checked against its root and its place.
   *
   * @param root the name of the map
   * @param nodes supplies the bytes of a {@link StateNode}; is called by any thread that uses the
   *     map or one made from it, perhaps by two at a time, and may block
   * @return the map
   * @throws StateNodeException if the map's own node is missing or not what was written
   */
  StateMap open(StateRoot root, Function<StateRoot, Optional<byte[]>> nodes);

  /**
   * Makes maps whose slots are placed by a secret. Maps of different keys are never equal, and are
   * compared entry by entry. Without this call the key is empty, which does for maps that are not
   * stored.
   *
   * @param key random bytes, best 32, the same for as long as maps are stored
   * @return the maker
   */
  StateMaps keyed(byte[] key);
}
