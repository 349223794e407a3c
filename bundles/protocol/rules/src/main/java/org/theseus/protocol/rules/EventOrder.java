package org.theseus.protocol.rules;

import java.util.Comparator;
import org.theseus.protocol.api.Event;

/** How state resolution decides where nothing better does. */
final class EventOrder {
  /** The lesser origin_server_ts first, then the lesser event_id. */
  static final Comparator<Event> BY_TIME =
      Comparator.comparingLong(Event::originServerTs).thenComparing(Event::id);

  private EventOrder() {}
}
