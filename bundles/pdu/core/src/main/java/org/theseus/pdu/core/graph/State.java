package org.theseus.pdu.core.graph;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import org.theseus.persistence.api.StateStore;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.EventSource;
import org.theseus.protocol.api.StateKey;
import org.theseus.protocol.api.StateMap;

/**
 * The state of a room at one point: saved, or about to be saved as a change of another one.
 * Immutable.
 */
public final class State {
  private final StateMap map;
  private final OptionalLong id;
  private final Optional<State> base;

  private State(StateMap map, OptionalLong id, Optional<State> base) {
    this.map = map;
    this.id = id;
    this.base = base;
  }

  /**
   * Wraps a state of the store.
   *
   * @param id its id there
   * @param map what it says
   * @return the state
   */
  public static State saved(long id, StateMap map) {
    return new State(map, OptionalLong.of(id), Optional.empty());
  }

  /**
   * Wraps a state that is not in the store and is like no other.
   *
   * @param map what it says
   * @return the state
   */
  public static State fresh(StateMap map) {
    return new State(map, OptionalLong.empty(), Optional.empty());
  }

  /**
   * Makes a state that differs from this one.
   *
   * @param changed what it says
   * @return the state; this one if there is no difference
   */
  public State changedTo(StateMap changed) {
    return changed.equals(map) ? this : new State(changed, OptionalLong.empty(), Optional.of(this));
  }

  /**
   * Sets a slot.
   *
   * @param slot the slot
   * @param event the event in force from now on
   * @return the changed state
   */
  public State with(StateKey slot, EventId event) {
    return map.get(slot).equals(Optional.of(event))
        ? this
        : new State(map.with(slot, event), OptionalLong.empty(), Optional.of(this));
  }

  /**
   * Looks a slot up.
   *
   * @param slot type and state key
   * @return the event in force, or empty
   */
  public Optional<EventId> get(StateKey slot) {
    return map.get(slot);
  }

  /**
   * Lets the rules look into it.
   *
   * @param events finds its events
   * @return finds the event in force for a slot
   */
  public Function<StateKey, Optional<Event>> lookup(EventSource events) {
    return slot -> get(slot).flatMap(events::find).map(EventSource.Judged::event);
  }

  /**
   * Shows what it says.
   *
   * @return the map
   */
  public StateMap map() {
    return map;
  }

  /**
   * Tells its id in the store.
   *
   * @return the id, or empty while it is not saved
   */
  public OptionalLong id() {
    return id;
  }

  /**
   * Tells whether two states say the same, without comparing whole rooms.
   *
   * @param other another state
   * @return true if they are known to be the same
   */
  public boolean isKnownToEqual(State other) {
    return this == other || (id.isPresent() && id.equals(other.id));
  }

  /**
   * Compares.
   *
   * @param other another state
   * @return the slots in which they differ
   */
  public Set<StateKey> differences(State other) {
    return isKnownToEqual(other) ? new HashSet<>() : map.differences(other.map);
  }

  /**
   * Saves it, and what it is based on, unless that was done.
   *
   * @param store the store's port, inside a unit of work
   * @param ids the ids given in this unit so far
   * @return its id
   */
  long save(StateStore store, Map<State, Long> ids) {
    if (id.isPresent()) {
      return id.getAsLong();
    }
    Long given = ids.get(this);
    if (given == null) {
      given = base.isPresent() ? change(store, base.get(), ids) : store.save(map.asMap());
      ids.put(this, given);
    }
    return given;
  }

  private long change(StateStore store, State from, Map<State, Long> ids) {
    Map<StateKey, EventId> set = new HashMap<>();
    Set<StateKey> removed = new HashSet<>();
    for (StateKey slot : differences(from)) {
      map.get(slot).ifPresentOrElse(event -> set.put(slot, event), () -> removed.add(slot));
    }
    return store.change(from.save(store, ids), set, removed);
  }
}
