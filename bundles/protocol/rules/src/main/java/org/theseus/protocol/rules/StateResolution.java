package org.theseus.protocol.rules;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.EventSource;
import org.theseus.protocol.api.StateMap;
import org.theseus.protocol.api.StateMaps;

/** The state resolution of a room version. */
@SuppressWarnings("UnusedVariable")
final class StateResolution {
  private final VersionRules rules;
  private final AuthRules authRules;
  private final StateMaps maps;

  StateResolution(VersionRules rules, AuthRules authRules, StateMaps maps) {
    this.rules = rules;
    this.authRules = authRules;
    this.maps = maps;
  }

  StateMap resolve(List<StateMap> states, EventSource events) {
    return maps.empty();
  }

  Set<EventId> authChain(Collection<EventId> from, EventSource events) {
    return Set.of();
  }
}
