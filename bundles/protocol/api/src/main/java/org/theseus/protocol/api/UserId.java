package org.theseus.protocol.api;

import java.util.Objects;
import java.util.Optional;

/**
 * A user, {@code @localpart:server}. Historical localparts are accepted, as rooms hold them: any
 * text without colon and NUL, the empty one included. Length is a matter of the room version.
 *
 * @param value the id as it appears on the wire
 * @see <a href="https://spec.matrix.org/v1.19/appendices/#user-identifiers">User identifiers</a>
 */
public record UserId(String value) implements Comparable<UserId> {
  /**
   * Checks sigil, colon and server name.
   *
   * @throws InvalidIdentifierException if the value is no user id
   */
  public UserId {
    Objects.requireNonNull(value);
    if (!isUserId(value)) {
      throw new InvalidIdentifierException("user id", value);
    }
  }

  /**
   * Parses a user id.
   *
   * @param value the text of the id
   * @return the id
   * @throws InvalidIdentifierException if the value is no user id
   */
  public static UserId of(String value) {
    return new UserId(value);
  }

  /**
   * Parses a user id that may be malformed.
   *
   * @param value the text of the id
   * @return the id, or empty if the text is none
   */
  public static Optional<UserId> parse(String value) {
    return isUserId(value) ? Optional.of(new UserId(value)) : Optional.empty();
  }

  /**
   * Tells the part before the first colon, without its sigil.
   *
   * @return the localpart
   */
  public String localpart() {
    return value.substring(1, value.indexOf(':'));
  }

  /**
   * Tells the homeserver the user belongs to.
   *
   * @return the server's name
   */
  public ServerName server() {
    return ServerName.of(value.substring(value.indexOf(':') + 1));
  }

  private static boolean isUserId(String value) {
    int colon = value.indexOf(':');
    return colon > 0
        && value.charAt(0) == '@'
        && value.indexOf('\0') < 0
        && ServerName.isServerName(value.substring(colon + 1));
  }

  @Override
  public int compareTo(UserId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
