package org.theseus.protocol.api;

import java.util.Map;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The state of a room at one point: which event fills which slot. Immutable; safe for many threads.
 */
@ProviderType
public interface StateMap {
  /**
   * Looks a slot up.
   *
   * @param slot type and state key
   * @return the event in force, or empty if there is none
   */
  Optional<EventId> get(StateKey slot);

  /**
   * Sets a slot.
   *
   * @param slot type and state key
   * @param event the event in force from now on
   * @return the changed map
   */
  StateMap with(StateKey slot, EventId event);

  /**
   * Empties a slot.
   *
   * @param slot type and state key
   * @return the changed map
   */
  StateMap without(StateKey slot);

  /**
   * Counts the slots that are filled.
   *
   * @return how many
   */
  int size();

  /**
   * Shows all slots.
   *
   * @return an unmodifiable view, in no particular order
   */
  Map<StateKey, EventId> asMap();
}
