package org.theseus.pdu.core.missing;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.StateKey;

/**
 * An event that we fetched because another one follows it, verified.
 *
 * @param event the event
 * @param state the state before it as a peer told us, its events stored; empty if all its
 *     prev_events are known
 */
public record Pulled(Event event, Optional<Map<StateKey, EventId>> state) {
  /** Checks that both parts are there. */
  public Pulled {
    Objects.requireNonNull(event);
    Objects.requireNonNull(state);
  }
}
