package org.theseus.persistence.sql.store;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.theseus.persistence.api.StateStore;
import org.theseus.persistence.sql.query.StateQueries;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.StateKey;

/**
 * States as chains: a whole one, and changes upon it. A chain that has become long, or whose
 * changes are as many as the whole, starts anew with a whole one; so a state is read in few steps
 * and costs little more than its change.
 */
final class JdbcStateStore implements StateStore {
  private static final int MAX_CHAIN = 50;

  private final Session session;
  private final References references;

  JdbcStateStore(Session session, References references) {
    this.session = session;
    this.references = references;
  }

  /**
   * Where a state stands: how many changes deep, of how many slots in all, upon a whole of what
   * size.
   */
  private record Place(long chainLength, long chainChanges, long wholeSize) {
    Place then(int changes) {
      return new Place(chainLength + 1, chainChanges + changes, wholeSize);
    }

    boolean isTooFar() {
      return chainLength > MAX_CHAIN || chainChanges > wholeSize;
    }
  }

  @Override
  public long save(Map<StateKey, EventId> state) {
    return addWhole(numbers(state));
  }

  @Override
  public long change(long base, Map<StateKey, EventId> set, Set<StateKey> removed) {
    Map<Long, Long> changes = new HashMap<>();
    removed.forEach(slot -> changes.put(references.slot(slot), null));
    changes.putAll(numbers(set));
    Place place = place(base).then(changes.size());
    if (changes.isEmpty()) {
      return base;
    }
    if (!place.isTooFar()) {
      return add(base, place, changes);
    }
    Map<Long, Long> whole = new HashMap<>();
    for (long link : chain(base)) {
      session
          .list(
              StateQueries.SLOTS,
              row -> new Slot<>(row.getLong(1), Session.nullableLong(row, 2)),
              link)
          .forEach(slot -> slot.applyTo(whole));
    }
    changes.forEach((slot, event) -> new Slot<>(slot, event).applyTo(whole));
    return addWhole(whole);
  }

  @Override
  public Map<StateKey, EventId> load(long id) {
    place(id);
    Map<StateKey, EventId> state = new HashMap<>();
    for (long link : chain(id)) {
      session
          .list(
              StateQueries.WORDS,
              row -> {
                String event = row.getString(3);
                return new Slot<>(
                    new StateKey(row.getString(1), row.getString(2)),
                    event == null ? null : EventId.of(event));
              },
              link)
          .forEach(slot -> slot.applyTo(state));
    }
    return state;
  }

  /** A slot and the event in it, or null if it is emptied. */
  private record Slot<K, V>(K key, V event) {
    void applyTo(Map<K, V> state) {
      if (event == null) {
        state.remove(key);
      } else {
        state.put(key, event);
      }
    }
  }

  private Place place(long id) {
    return session
        .find(
            StateQueries.FIND, row -> new Place(row.getLong(1), row.getLong(2), row.getLong(3)), id)
        .orElseThrow(() -> new IllegalArgumentException("there is no state " + id));
  }

  /** The states that make up a state, the whole one first. */
  private List<Long> chain(long id) {
    return session.list(StateQueries.CHAIN, row -> row.getLong(1), id);
  }

  private Map<Long, Long> numbers(Map<StateKey, EventId> state) {
    Map<Long, Long> numbers = new HashMap<>();
    state.forEach((slot, event) -> numbers.put(references.slot(slot), references.event(event)));
    return numbers;
  }

  private long addWhole(Map<Long, Long> slots) {
    return add(null, new Place(0, 0, slots.size()), slots);
  }

  private long add(Long base, Place place, Map<Long, Long> slots) {
    long id =
        session
            .number(
                StateQueries.ADD,
                base,
                place.chainLength(),
                place.chainChanges(),
                place.wholeSize())
            .orElseThrow();
    slots.forEach((slot, event) -> session.update(StateQueries.ADD_SLOT, id, slot, event));
    return id;
  }
}
