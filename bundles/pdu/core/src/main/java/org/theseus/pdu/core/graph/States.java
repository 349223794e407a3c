package org.theseus.pdu.core.graph;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.theseus.persistence.api.Database;
import org.theseus.persistence.api.UnitOfWork;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.EventSource;
import org.theseus.protocol.api.RoomVersion;
import org.theseus.protocol.api.StateKey;
import org.theseus.protocol.api.StateMap;
import org.theseus.protocol.api.StateMaps;
import org.theseus.support.Lru;

/**
 * The stored states, those used last kept in memory. Blocks for queries of the store; but for
 * {@link #load(UnitOfWork, long)} must not be used inside a unit of work. Safe for many threads.
 */
public final class States {
  private static final int CAPACITY = 500;

  private final Database database;
  private final StateMaps maps;
  private final Lru<Long, StateMap> known = new Lru<>(CAPACITY);

  /**
   * Makes the source.
   *
   * @param database the store
   * @param maps makes the maps
   */
  public States(Database database, StateMaps maps) {
    this.database = database;
    this.maps = maps;
  }

  /**
   * Makes the state of a room without events.
   *
   * @return the state, not saved
   */
  public State empty() {
    return State.fresh(maps.empty());
  }

  /**
   * Makes a state that has just been told to us.
   *
   * @param entries the event in force for each slot
   * @return the state, not saved
   */
  public State fresh(Map<StateKey, EventId> entries) {
    return State.fresh(maps.of(entries));
  }

  /**
   * Loads a state.
   *
   * @param id its id
   * @return the state
   */
  public State load(long id) {
    return State.saved(
        id, known.get(id).orElseGet(() -> keep(id, database.run(unit -> unit.states().load(id)))));
  }

  /**
   * Loads a state inside a unit of work.
   *
   * @param unit the unit
   * @param id its id
   * @return the state
   */
  State load(UnitOfWork unit, long id) {
    return State.saved(id, known.get(id).orElseGet(() -> keep(id, unit.states().load(id))));
  }

  /**
   * Keeps a state that has just been committed.
   *
   * @param state the state
   * @param id the id it was given
   * @return the saved state
   */
  State remember(State state, long id) {
    known.putIfAbsent(id, state.map());
    return State.saved(id, state.map());
  }

  /**
   * Merges the states of several branches.
   *
   * @param version the room's version
   * @param branches the state after each, at least one
   * @param events finds their events and auth chains
   * @return the resolved state
   */
  public State resolve(RoomVersion version, Collection<State> branches, EventSource events) {
    List<State> states = new ArrayList<>();
    for (State branch : branches) {
      if (states.stream().noneMatch(branch::isKnownToEqual)
          && states.stream().map(State::map).noneMatch(branch.map()::equals)) {
        states.add(branch);
      }
    }
    if (states.size() == 1) {
      return states.get(0);
    }
    StateMap resolved = version.resolve(states.stream().map(State::map).toList(), events);
    return states.stream()
        .filter(state -> state.map().equals(resolved))
        .findFirst()
        .orElseGet(() -> states.get(0).changedTo(resolved));
  }

  private StateMap keep(long id, Map<StateKey, EventId> entries) {
    StateMap map = maps.of(entries);
    known.putIfAbsent(id, map);
    return map;
  }
}
