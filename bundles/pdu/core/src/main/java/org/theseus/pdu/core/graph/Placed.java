package org.theseus.pdu.core.graph;

import java.util.Objects;
import java.util.Set;
import org.theseus.persistence.api.EventStore.Placement;
import org.theseus.persistence.api.StoredEvent.Outcome;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.ServerName;

/**
 * An event and its place in the graph.
 *
 * @param event the event
 * @param placement at the live end, or in history
 * @param ruling what the receipt checks came to
 * @param before the state before it
 * @param after the state after it
 * @param recipients the servers it is to be sent to
 */
public record Placed(
    Event event,
    Placement placement,
    Ruling ruling,
    State before,
    State after,
    Set<ServerName> recipients) {
  /** Checks that all parts are there. */
  public Placed {
    Objects.requireNonNull(event);
    Objects.requireNonNull(placement);
    Objects.requireNonNull(ruling);
    Objects.requireNonNull(before);
    Objects.requireNonNull(after);
    recipients = Set.copyOf(recipients);
  }

  /**
   * Places an event at the live end.
   *
   * @param event the event
   * @param ruling what the receipt checks came to
   * @param before the state before it
   * @param recipients the servers it is to be sent to
   * @return the event in its place; a rejected event does not change the state
   */
  public static Placed live(Event event, Ruling ruling, State before, Set<ServerName> recipients) {
    return new Placed(
        event, Placement.LIVE, ruling, before, after(event, ruling, before), recipients);
  }

  /**
   * Places an event in history.
   *
   * @param event the event
   * @param ruling what the receipt checks came to
   * @param before the state before it
   * @return the event in its place
   */
  public static Placed history(Event event, Ruling ruling, State before) {
    return new Placed(
        event, Placement.HISTORY, ruling, before, after(event, ruling, before), Set.of());
  }

  private static State after(Event event, Ruling ruling, State before) {
    return ruling.outcome() == Outcome.REJECTED
        ? before
        : event.slot().map(slot -> before.with(slot, event.id())).orElse(before);
  }
}
