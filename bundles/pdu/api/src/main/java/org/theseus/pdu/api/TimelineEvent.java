package org.theseus.pdu.api;

import java.util.Objects;
import java.util.Optional;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;

/**
 * An event as users see it.
 *
 * @param event the event, redacted if a redaction is in effect
 * @param position its place: positive and growing in the order of commits, negative for history
 *     fetched later
 * @param redactedBy the redaction in effect
 */
public record TimelineEvent(Event event, long position, Optional<EventId> redactedBy) {
  /** Checks that all parts are there. */
  public TimelineEvent {
    Objects.requireNonNull(event);
    Objects.requireNonNull(redactedBy);
  }
}
