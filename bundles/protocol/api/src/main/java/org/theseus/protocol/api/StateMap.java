package org.theseus.protocol.api;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The state of a room at one point: which event fills which slot. Immutable; safe for many threads.
 * Two maps of the same {@link StateMaps} are equal if their entries are; to find that out, or in
 * what they differ, costs the difference, not the room.
 *
 * <p>A map that was {@linkplain StateMaps#open opened} loads a node when a method first needs it,
 * and keeps it. Every method then may throw what the supplier of nodes throws, and {@link
 * StateNodeException}.
 *
 * @see <a href="https://spec.matrix.org/v1.19/server-server-api/#room-state-resolution">Room state
 *     resolution</a>
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
   * Compares. What two maps have in common since one was made from the other, or since their equal
   * parts were first compared, costs nothing. Of opened maps only those nodes are loaded in which
   * they differ.
   *
   * @param other another map
   * @return the slots that one of them fills and the other does not, or by another event
   */
  Set<StateKey> differences(StateMap other);

  /**
   * Shows all slots.
   *
   * @return an unmodifiable view, in no particular order
   */
  Map<StateKey, EventId> asMap();

  /**
   * Names the map. Hashes what was not hashed before.
   *
   * @return the name, the same for equal maps
   */
  StateRoot root();

  /**
   * Shows the nodes a store lacks, each once and after those it names; so the map's own comes last.
   * Where a node is stored nothing below it is looked at.
   *
   * @param stored tells whether the store has a node, and with it all nodes below
   * @param writer is given each node that it has not
   */
  void forEachNode(Predicate<StateRoot> stored, Consumer<StateNode> writer);
}
