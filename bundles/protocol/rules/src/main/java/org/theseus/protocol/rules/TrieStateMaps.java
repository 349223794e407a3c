package org.theseus.protocol.rules;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.osgi.service.component.annotations.Component;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.StateKey;
import org.theseus.protocol.api.StateMap;
import org.theseus.protocol.api.StateMaps;
import org.theseus.protocol.api.StateRoot;

/**
 * State maps in memory, or as much of them in memory as was needed.
 *
 * <p>Ours: the specification does not say how a state is kept.
 */
@Component
public final class TrieStateMaps implements StateMaps {
  private final byte[] key;

  /** Makes maps whose slots are placed by an empty key. */
  public TrieStateMaps() {
    this(new byte[0]);
  }

  private TrieStateMaps(byte[] key) {
    this.key = key;
  }

  @Override
  public StateMap empty() {
    return new TrieStateMap(key, TrieBranch.EMPTY);
  }

  @Override
  public StateMap of(Map<StateKey, EventId> entries) {
    StateMap map = empty();
    for (Map.Entry<StateKey, EventId> entry : entries.entrySet()) {
      map = map.with(entry.getKey(), entry.getValue());
    }
    return map;
  }

  @Override
  public StateMap open(StateRoot root, Function<StateRoot, Optional<byte[]>> nodes) {
    return new TrieStateMap(key, new StoredNodes(key, nodes).load(root));
  }

  @Override
  public StateMaps keyed(byte[] secret) {
    return new TrieStateMaps(secret.clone());
  }
}
