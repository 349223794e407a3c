package org.theseus.protocol.api;

import java.util.Map;
import org.osgi.annotation.versioning.ProviderType;

/** Makes state maps. Safe for many threads. */
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
}
