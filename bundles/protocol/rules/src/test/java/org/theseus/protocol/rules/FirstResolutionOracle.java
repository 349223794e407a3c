package org.theseus.protocol.rules;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.StateKey;

/**
 * State resolution 1 once more, step by step as the specification has it. It shares nothing with
 * the real one.
 */
final class FirstResolutionOracle {
  private final TestRoom room;
  private final OracleRoom oracle;

  FirstResolutionOracle(TestRoom room) {
    this.room = room;
    this.oracle = new OracleRoom(room);
  }

  Map<StateKey, EventId> resolve(List<Map<StateKey, EventId>> states) {
    Map<StateKey, Set<EventId>> seen = new HashMap<>();
    for (Map<StateKey, EventId> state : states) {
      for (StateKey slot : state.keySet()) {
        seen.computeIfAbsent(slot, key -> new HashSet<>()).add(state.get(slot));
      }
    }
    Map<StateKey, EventId> r = new HashMap<>();
    for (StateKey slot : seen.keySet()) {
      if (seen.get(slot).size() == 1) {
        r.put(slot, seen.get(slot).iterator().next());
      }
    }
    for (String type : List.of("m.room.power_levels", "m.room.join_rules", "m.room.member")) {
      Map<StateKey, EventId> before = Map.copyOf(r);
      for (StateKey slot : seen.keySet()) {
        if (seen.get(slot).size() > 1 && slot.type().equals(type)) {
          r.put(slot, lastAllowed(ascending(seen.get(slot)), slot, before));
        }
      }
    }
    Map<StateKey, EventId> before = Map.copyOf(r);
    for (StateKey slot : seen.keySet()) {
      if (!before.containsKey(slot)) {
        List<EventId> list = ascending(seen.get(slot));
        EventId picked = list.get(0);
        for (EventId id : list) {
          if (allowed(id, before)) {
            picked = id;
          }
        }
        r.put(slot, picked);
      }
    }
    return r;
  }

  private EventId lastAllowed(List<EventId> list, StateKey slot, Map<StateKey, EventId> before) {
    Map<StateKey, EventId> r = new HashMap<>(before);
    r.put(slot, list.get(0));
    for (EventId next : list.subList(1, list.size())) {
      if (!allowed(next, r)) {
        return r.get(slot);
      }
      r.put(slot, next);
    }
    return r.get(slot);
  }

  private boolean allowed(EventId id, Map<StateKey, EventId> r) {
    Map<StateKey, Event> state = new HashMap<>();
    r.forEach((slot, inForce) -> state.put(slot, room.events.get(inForce)));
    return oracle.allows(room.events.get(id), state);
  }

  /**
   * By ascending depth then descending sha1(event_id): each is put before the first it precedes.
   */
  private List<EventId> ascending(Set<EventId> ids) {
    List<EventId> sorted = new ArrayList<>();
    for (EventId id : ids) {
      int place = 0;
      while (place < sorted.size() && precedes(sorted.get(place), id)) {
        place++;
      }
      sorted.add(place, id);
    }
    return sorted;
  }

  private boolean precedes(EventId one, EventId other) {
    Event x = room.events.get(one);
    Event y = room.events.get(other);
    return x.depth() < y.depth()
        || (x.depth() == y.depth() && sha1(one).compareTo(sha1(other)) > 0);
  }

  private static BigInteger sha1(EventId id) {
    try {
      byte[] bytes = id.value().getBytes(StandardCharsets.UTF_8);
      return new BigInteger(1, MessageDigest.getInstance("SHA-1").digest(bytes));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
