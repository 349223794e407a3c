package org.theseus.protocol.api;

import java.util.Objects;

/**
 * An event of a room. Opaque: from room version 3 on it is {@code $} and the event's reference
 * hash, but nobody takes it apart, and made-up ids are as good as computed ones to the rules.
 *
 * @param value the id as it appears on the wire, never empty
 * @see <a href="https://spec.matrix.org/v1.19/appendices/#event-ids">Event ids</a>
 */
public record EventId(String value) implements Comparable<EventId> {
  /**
   * Checks that there is an id.
   *
   * @throws InvalidIdentifierException if the value is empty
   */
  public EventId {
    Objects.requireNonNull(value);
    if (value.isEmpty()) {
      throw new InvalidIdentifierException("event id", value);
    }
  }

  /**
   * Wraps an event id.
   *
   * @param value the text of the id
   * @return the id
   * @throws InvalidIdentifierException if the value is empty
   */
  public static EventId of(String value) {
    return new EventId(value);
  }

  /** Compares by code points, as state resolution does. */
  @Override
  public int compareTo(EventId other) {
    return CodePoints.compare(value, other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
