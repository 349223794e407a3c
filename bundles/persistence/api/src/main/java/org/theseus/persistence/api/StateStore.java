package org.theseus.persistence.api;

import java.util.Map;
import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.StateKey;

/** States of rooms, immutable once saved, each with an id. */
@ProviderType
public interface StateStore {
  /**
   * Saves a whole state.
   *
   * @param state the event in force for each slot
   * @return its id
   */
  long save(Map<StateKey, EventId> state);

  /**
   * Saves a state that differs little from another one; costs the difference.
   *
   * @param base the id of the other state
   * @param set the slots that are set anew
   * @param removed the slots that are emptied
   * @return the new state's id, or {@code base} if there is no difference given
   */
  long change(long base, Map<StateKey, EventId> set, Set<StateKey> removed);

  /**
   * Loads a state.
   *
   * @param id its id
   * @return the event in force for each slot
   * @throws IllegalArgumentException if there is no such state
   */
  Map<StateKey, EventId> load(long id);
}
