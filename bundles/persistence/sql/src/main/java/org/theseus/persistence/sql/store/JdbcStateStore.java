package org.theseus.persistence.sql.store;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.theseus.persistence.api.StateStore;
import org.theseus.persistence.sql.query.StateQueries;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.StateKey;

/**
 * States as chains: a whole one, and changes upon it. After so many changes follows one that sums
 * them up, an anchor upon the anchor before; after so many anchors, or when the changes are as many
 * as the whole, the chain starts anew. So a state is read in few steps and costs little more than
 * its change, however large the room.
 */
final class JdbcStateStore implements StateStore {
  private static final int MAX_LINKS = 50;
  private static final int MAX_ANCHORS = 50;

  private final Session session;
  private final References references;

  JdbcStateStore(Session session, References references) {
    this.session = session;
    this.references = references;
  }

  /**
   * Where a state stands in its chain.
   *
   * @param anchor the whole one or the sum it stands upon; itself if it is one
   * @param links the changes upon that anchor
   * @param anchors the sums upon the whole one
   * @param changes the slots changed since the whole one
   * @param wholeSize the slots in the whole one
   */
  private record Place(long anchor, long links, long anchors, long changes, long wholeSize) {
    boolean isFull() {
      return links >= MAX_LINKS;
    }

    boolean needsWhole(int more) {
      return changes + more > wholeSize || (isFull() && anchors >= MAX_ANCHORS);
    }
  }

  /** A slot and the event in it, or null if it is emptied. */
  private record Slot<K, V>(K key, V event) {}

  @Override
  public long save(Map<StateKey, EventId> state) {
    return addWhole(numbers(state));
  }

  @Override
  public long change(long base, Map<StateKey, EventId> set, Set<StateKey> removed) {
    Map<Long, Long> changes = new HashMap<>();
    removed.forEach(slot -> changes.put(references.slot(slot), null));
    changes.putAll(numbers(set));
    Place place = place(base);
    if (changes.isEmpty()) {
      return base;
    }
    if (place.needsWhole(changes.size())) {
      Map<Long, Long> whole = sum(chain(base), changes);
      whole.values().removeIf(Objects::isNull);
      return addWhole(whole);
    }
    return place.isFull() ? addAnchor(base, place, changes) : addLink(base, place, changes);
  }

  @Override
  public Map<StateKey, EventId> load(long id) {
    place(id);
    Map<StateKey, EventId> state = new HashMap<>();
    for (long link : chain(id)) {
      session
          .list(
              StateQueries.WORDS,
              row ->
                  new Slot<>(
                      new StateKey(row.getString(1), row.getString(2)),
                      Optional.ofNullable(row.getString(3)).map(EventId::of).orElse(null)),
              link)
          .forEach(slot -> state.put(slot.key(), slot.event()));
    }
    state.values().removeIf(Objects::isNull);
    return state;
  }

  private Place place(long id) {
    return session
        .find(
            StateQueries.FIND,
            row ->
                new Place(
                    Optional.ofNullable(Session.nullableLong(row, 1)).orElse(id),
                    row.getLong(2),
                    row.getLong(3),
                    row.getLong(4),
                    row.getLong(5)),
            id)
        .orElseThrow(() -> new IllegalArgumentException("there is no state " + id));
  }

  /** The states that make up a state, the whole one first. */
  private List<Long> chain(long id) {
    return session.list(StateQueries.CHAIN, row -> row.getLong(1), id);
  }

  /** What the given links and then the changes come to; an emptied slot is kept as null. */
  private Map<Long, Long> sum(List<Long> links, Map<Long, Long> changes) {
    Map<Long, Long> sum = new HashMap<>();
    for (long link : links) {
      session
          .list(
              StateQueries.SLOTS,
              row -> new Slot<>(row.getLong(1), Session.nullableLong(row, 2)),
              link)
          .forEach(slot -> sum.put(slot.key(), slot.event()));
    }
    sum.putAll(changes);
    return sum;
  }

  private Map<Long, Long> numbers(Map<StateKey, EventId> state) {
    Map<Long, Long> numbers = new HashMap<>();
    state.forEach((slot, event) -> numbers.put(references.slot(slot), references.event(event)));
    return numbers;
  }

  private long addWhole(Map<Long, Long> slots) {
    return add(null, null, 0, 0, 0, slots.size(), slots);
  }

  private long addAnchor(long base, Place place, Map<Long, Long> changes) {
    List<Long> chain = chain(base);
    List<Long> links = chain.subList(chain.indexOf(place.anchor()) + 1, chain.size());
    return add(
        place.anchor(),
        null,
        0,
        place.anchors() + 1,
        place.changes() + changes.size(),
        place.wholeSize(),
        sum(links, changes));
  }

  private long addLink(long base, Place place, Map<Long, Long> changes) {
    return add(
        base,
        place.anchor(),
        place.links() + 1,
        place.anchors(),
        place.changes() + changes.size(),
        place.wholeSize(),
        changes);
  }

  /** Adds a state; one that names no anchor is one. */
  private long add(
      Long base,
      Long anchor,
      long links,
      long anchors,
      long changes,
      long wholeSize,
      Map<Long, Long> slots) {
    long id =
        session
            .number(StateQueries.ADD, base, anchor, links, anchors, changes, wholeSize)
            .orElseThrow();
    slots.forEach((slot, event) -> session.update(StateQueries.ADD_SLOT, id, slot, event));
    return id;
  }
}
