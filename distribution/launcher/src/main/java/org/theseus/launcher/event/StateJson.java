package org.theseus.launcher.event;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonValue;
import org.theseus.protocol.api.StateKey;
import org.theseus.protocol.api.StateMap;

/** A state as it is printed: {@code [type, state_key, event_id]}, sorted by code points. */
final class StateJson {
  private StateJson() {}

  static JsonArray of(StateMap state) {
    TreeMap<StateKey, EventId> sorted = new TreeMap<>(state.asMap());
    List<JsonValue> entries = new ArrayList<>(sorted.size());
    sorted.forEach(
        (slot, id) ->
            entries.add(JsonArray.ofStrings(List.of(slot.type(), slot.key(), id.value()))));
    return new JsonArray(entries);
  }
}
