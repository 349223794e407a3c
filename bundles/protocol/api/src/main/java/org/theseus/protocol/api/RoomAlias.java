package org.theseus.protocol.api;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;

/**
 * A room's alias, {@code #localpart:server}.
 *
 * @param value the alias as it appears on the wire
 * @see <a href="https://spec.matrix.org/v1.19/appendices/#room-aliases">Room aliases</a>
 */
public record RoomAlias(String value) {
  private static final int MAX_BYTES = 255;

  /**
   * Checks sigil, colon and server name.
   *
   * @throws InvalidIdentifierException if the value is no alias
   */
  public RoomAlias {
    Objects.requireNonNull(value);
    if (!isAlias(value)) {
      throw new InvalidIdentifierException("room alias", value);
    }
  }

  /**
   * Parses an alias.
   *
   * @param value the text of the alias
   * @return the alias
   * @throws InvalidIdentifierException if the value is no alias
   */
  public static RoomAlias of(String value) {
    return new RoomAlias(value);
  }

  /**
   * Parses an alias that may be malformed.
   *
   * @param value the text of the alias
   * @return the alias, or empty if the text is none
   */
  public static Optional<RoomAlias> parse(String value) {
    return isAlias(value) ? Optional.of(new RoomAlias(value)) : Optional.empty();
  }

  /**
   * Tells the homeserver that owns the alias.
   *
   * @return the server's name
   */
  public ServerName server() {
    return ServerName.of(value.substring(value.indexOf(':') + 1));
  }

  private static boolean isAlias(String value) {
    int colon = value.indexOf(':');
    return colon > 0
        && value.charAt(0) == '#'
        && value.indexOf('\0') < 0
        && value.getBytes(StandardCharsets.UTF_8).length <= MAX_BYTES
        && ServerName.isServerName(value.substring(colon + 1));
  }

  @Override
  public String toString() {
    return value;
  }
}
