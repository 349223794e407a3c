package org.theseus.pdu.api;

import java.util.Objects;
import java.util.Optional;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.Resolution;

/**
 * Why the event in force for a slot of a room is in force: how branches were resolved that differed
 * about it last.
 *
 * @param choice the event in force, the rule that chose it, and the events that contended, in the
 *     order in which they were tried; none if no branches differed
 * @param before the event before which the branches met; empty if they did at the room's forward
 *     extremities, or if none differed
 * @param complete whether all the graph behind was looked at as far as it matters; if not, branches
 *     may have differed earlier
 * @see <a href="https://spec.matrix.org/v1.19/rooms/v12/#state-resolution">State resolution</a>
 */
public record Explanation(Resolution.Choice choice, Optional<EventId> before, boolean complete) {
  /** Checks that all parts are there. */
  public Explanation {
    Objects.requireNonNull(choice);
    Objects.requireNonNull(before);
  }
}
