package org.theseus.protocol.rules;

import org.theseus.protocol.api.EventId;

/** An event to go on from, those of the highest rank first. */
record RankedEvent(EventId id, int rank) implements Comparable<RankedEvent> {
  @Override
  public int compareTo(RankedEvent other) {
    return Integer.compare(other.rank, rank);
  }
}
