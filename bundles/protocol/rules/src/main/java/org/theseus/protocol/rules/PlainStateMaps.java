package org.theseus.protocol.rules;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.osgi.service.component.annotations.Component;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.StateKey;
import org.theseus.protocol.api.StateMap;
import org.theseus.protocol.api.StateMaps;

/** State maps that copy themselves when they change. */
@Component
public final class PlainStateMaps implements StateMaps {
  private static final StateMap EMPTY = new Plain(Map.of());

  @Override
  public StateMap empty() {
    return EMPTY;
  }

  @Override
  public StateMap of(Map<StateKey, EventId> entries) {
    return new Plain(Map.copyOf(entries));
  }

  private record Plain(Map<StateKey, EventId> asMap) implements StateMap {
    @Override
    public Optional<EventId> get(StateKey slot) {
      return Optional.ofNullable(asMap.get(slot));
    }

    @Override
    public StateMap with(StateKey slot, EventId event) {
      if (event.equals(asMap.get(slot))) {
        return this;
      }
      Map<StateKey, EventId> changed = new HashMap<>(asMap);
      changed.put(slot, event);
      return new Plain(Collections.unmodifiableMap(changed));
    }

    @Override
    public StateMap without(StateKey slot) {
      if (!asMap.containsKey(slot)) {
        return this;
      }
      Map<StateKey, EventId> changed = new HashMap<>(asMap);
      changed.remove(slot);
      return new Plain(Collections.unmodifiableMap(changed));
    }

    @Override
    public int size() {
      return asMap.size();
    }
  }
}
