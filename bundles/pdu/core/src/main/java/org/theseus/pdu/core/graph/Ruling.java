package org.theseus.pdu.core.graph;

import java.util.Objects;
import org.theseus.persistence.api.StoredEvent.Outcome;

/**
 * What the receipt checks came to.
 *
 * @param outcome accepted, soft-failed or rejected
 * @param reason why not accepted, or ""
 */
public record Ruling(Outcome outcome, String reason) {
  /** The event is accepted. */
  public static final Ruling ACCEPTED = new Ruling(Outcome.ACCEPTED, "");

  /** Checks that both parts are there. */
  public Ruling {
    Objects.requireNonNull(outcome);
    Objects.requireNonNull(reason);
  }

  /**
   * Tells whether the event is part of the room.
   *
   * @return true if accepted
   */
  public boolean isAccepted() {
    return outcome == Outcome.ACCEPTED;
  }
}
