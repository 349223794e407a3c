package org.theseus.protocol.rules;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import org.theseus.protocol.api.AuthIndex;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.StateKey;

/**
 * What is in the full auth chains of all states: what unconflicted events reach, what is said to be
 * common, and what that reaches. To be asked about events of ever lower rank, after all common ones
 * of a higher rank were told. For one resolution.
 */
final class CommonEvents {
  private final AuthGraph graph;
  private final StateSplit split;
  private final AuthIndex index;

  /** What is known to be common, and what not to be. */
  private final Map<EventId, Boolean> known = new HashMap<>();

  private final Map<StateKey, Optional<EventId>> agreed = new HashMap<>();

  CommonEvents(AuthGraph graph, StateSplit split, AuthIndex index) {
    this.graph = graph;
    this.split = split;
    this.index = index;
  }

  /** Says that an event is in the chains of all states. */
  void add(EventId id) {
    known.put(id, true);
  }

  /** Says that an event is not in the chains of all states. */
  void exclude(EventId id) {
    known.put(id, false);
  }

  /**
   * Tells whether an event is common: goes from it to those that cite it, the latest first, until
   * one of them is unconflicted or common. In a room of any size most ways lead there in a step or
   * two; where none does, all events passed are of the branches that differ.
   */
  boolean reaches(EventId id) {
    Boolean decided = known.get(id);
    if (decided != null) {
      return decided;
    }
    Set<EventId> seen = new HashSet<>(List.of(id));
    List<RankedEvent> passed = new ArrayList<>();
    PriorityQueue<RankedEvent> open = new PriorityQueue<>(List.of(new RankedEvent(id, -1)));
    while (!open.isEmpty()) {
      RankedEvent next = open.remove();
      boolean common = isCitedByAgreed(next.id());
      Iterator<EventId> citing = index.citing(next.id()).iterator();
      while (!common && citing.hasNext()) {
        EventId above = citing.next();
        common = known.getOrDefault(above, false);
        if (!known.containsKey(above) && seen.add(above)) {
          open.add(new RankedEvent(above, index.rank(above)));
        }
      }
      if (common) {
        // All ways on from those of no lower rank had been gone before this one's turn came.
        passed.removeIf(each -> each.rank() < next.rank());
        passed.forEach(each -> exclude(each.id()));
        add(next.id());
        add(id);
        return true;
      }
      passed.add(next);
    }
    passed.forEach(each -> exclude(each.id()));
    return false;
  }

  private boolean isCitedByAgreed(EventId id) {
    for (StateKey slot : index.citingSlots(id)) {
      if (agreed
          .computeIfAbsent(slot, split::agreed)
          .filter(
              event ->
                  graph
                      .find(event)
                      .filter(entry -> entry.event().authEvents().contains(id))
                      .isPresent())
          .isPresent()) {
        return true;
      }
    }
    return false;
  }
}
