package org.theseus.protocol.api;

import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * A homeserver's name: a host name, an IPv4 literal or a bracketed IPv6 literal, with an optional
 * port.
 *
 * <p>Compared as written; the protocol treats server names as case-sensitive byte strings.
 *
 * @param value the name as it appears on the wire
 * @see <a href="https://spec.matrix.org/v1.19/appendices/#server-name">Server name grammar</a>
 */
public record ServerName(String value) implements Comparable<ServerName> {
  private static final int MAX_LENGTH = 255;
  private static final Pattern GRAMMAR =
      Pattern.compile("(?:\\[[0-9A-Fa-f:.]{2,45}\\]|[0-9A-Za-z.-]{1,255})(?::[0-9]{1,5})?");
  private static final Pattern IPV4 = Pattern.compile("[0-9]{1,3}(?:\\.[0-9]{1,3}){3}");

  /**
   * Checks the grammar.
   *
   * @throws InvalidIdentifierException if the value is no server name
   */
  public ServerName {
    Objects.requireNonNull(value);
    if (!isServerName(value)) {
      throw new InvalidIdentifierException("server name", value);
    }
  }

  /**
   * Parses a server name.
   *
   * @param value the text of the name
   * @return the name
   * @throws InvalidIdentifierException if the value is no server name
   */
  public static ServerName of(String value) {
    return new ServerName(value);
  }

  /**
   * Parses a server name that may be malformed.
   *
   * @param value the text of the name
   * @return the name, or empty if the text is none
   */
  public static Optional<ServerName> parse(String value) {
    return isServerName(value) ? Optional.of(new ServerName(value)) : Optional.empty();
  }

  /**
   * Tells the host part.
   *
   * @return the name without its port; an IPv6 literal keeps its brackets
   */
  public String host() {
    int colon = portColon();
    return colon < 0 ? value : value.substring(0, colon);
  }

  /**
   * Tells the explicit port.
   *
   * @return the port, or empty if the name has none
   */
  public OptionalInt port() {
    int colon = portColon();
    return colon < 0
        ? OptionalInt.empty()
        : OptionalInt.of(Integer.parseInt(value.substring(colon + 1)));
  }

  /**
   * Tells whether the host is an IP address rather than a name to look up.
   *
   * @return true for IPv4 and bracketed IPv6 literals
   */
  public boolean isIpLiteral() {
    return value.startsWith("[") || IPV4.matcher(host()).matches();
  }

  static boolean isServerName(String value) {
    return value.length() <= MAX_LENGTH && GRAMMAR.matcher(value).matches();
  }

  private int portColon() {
    int colon = value.lastIndexOf(':');
    return colon > value.lastIndexOf(']') ? colon : -1;
  }

  @Override
  public int compareTo(ServerName other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
