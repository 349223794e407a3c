package org.theseus.pdu.core.graph;

import java.util.Objects;
import org.theseus.protocol.api.EventId;

/**
 * A forward extremity.
 *
 * @param id the event
 * @param depth the depth it claims
 * @param stateAfter the id of the state after it
 */
public record Tip(EventId id, long depth, long stateAfter) {
  /** Checks that there is an id. */
  public Tip {
    Objects.requireNonNull(id);
  }
}
