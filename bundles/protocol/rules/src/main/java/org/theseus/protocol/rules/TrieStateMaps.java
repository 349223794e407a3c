package org.theseus.protocol.rules;

import java.util.Map;
import org.osgi.service.component.annotations.Component;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.StateKey;
import org.theseus.protocol.api.StateMap;
import org.theseus.protocol.api.StateMaps;

/** State maps in memory. */
@Component
public final class TrieStateMaps implements StateMaps {
  @Override
  public StateMap empty() {
    return TrieStateMap.EMPTY;
  }

  @Override
  public StateMap of(Map<StateKey, EventId> entries) {
    StateMap map = empty();
    for (Map.Entry<StateKey, EventId> entry : entries.entrySet()) {
      map = map.with(entry.getKey(), entry.getValue());
    }
    return map;
  }
}
