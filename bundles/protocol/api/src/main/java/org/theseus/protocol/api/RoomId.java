package org.theseus.protocol.api;

import java.util.Objects;
import java.util.Optional;

/**
 * A room, {@code !opaque:server} or, from room version 12 on, {@code !hash}. Opaque beyond its
 * sigil.
 *
 * @param value the id as it appears on the wire
 * @see <a href="https://spec.matrix.org/v1.19/appendices/#room-ids">Room ids</a>
 */
public record RoomId(String value) implements Comparable<RoomId> {
  /**
   * Checks the sigil.
   *
   * @throws InvalidIdentifierException if the value is no room id
   */
  public RoomId {
    Objects.requireNonNull(value);
    if (!isRoomId(value)) {
      throw new InvalidIdentifierException("room id", value);
    }
  }

  /**
   * Parses a room id.
   *
   * @param value the text of the id
   * @return the id
   * @throws InvalidIdentifierException if the value is no room id
   */
  public static RoomId of(String value) {
    return new RoomId(value);
  }

  /**
   * Parses a room id that may be malformed.
   *
   * @param value the text of the id
   * @return the id, or empty if the text is none
   */
  public static Optional<RoomId> parse(String value) {
    return isRoomId(value) ? Optional.of(new RoomId(value)) : Optional.empty();
  }

  /**
   * Tells the server named in the id; it made the room, and means nothing more.
   *
   * @return the server, or empty for the hashed ids of room version 12
   */
  public Optional<ServerName> server() {
    int colon = value.indexOf(':');
    return colon < 0 ? Optional.empty() : ServerName.parse(value.substring(colon + 1));
  }

  private static boolean isRoomId(String value) {
    return value.length() > 1 && value.charAt(0) == '!' && value.indexOf('\0') < 0;
  }

  @Override
  public int compareTo(RoomId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
