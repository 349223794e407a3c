package org.theseus.transport.jettyserver;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A network of addresses, or a single one.
 *
 * @param address its first
 * @param bits how many of its bits all its addresses share
 */
record Network(InetAddress address, int bits) {
  /** Forms that the JDK reads as an address and never looks up as a name. */
  private static final Pattern LITERAL =
      Pattern.compile(
          "(?:OCTET\\.){3}OCTET|[0-9a-fA-F]*:[0-9a-fA-F:.]*"
              .replace("OCTET", "(?:25[0-5]|2[0-4]\\d|[01]?\\d?\\d)"));

  /**
   * Reads {@code 192.0.2.1}, {@code 192.0.2.0/24}, {@code 2001:db8::/32}.
   *
   * @throws IllegalArgumentException if it is none of these
   */
  static Network of(String text) {
    String[] parts = text.split("/", 2);
    InetAddress address = address(parts[0]).orElseThrow(() -> notOne(text));
    int length = address.getAddress().length * Byte.SIZE;
    try {
      int bits = parts.length == 1 ? length : Integer.parseInt(parts[1]);
      if (bits < 0 || bits > length) {
        throw notOne(text);
      }
      return new Network(address, bits);
    } catch (NumberFormatException notBits) {
      throw notOne(text);
    }
  }

  /** Reads an address; a name is none. */
  static Optional<InetAddress> address(String text) {
    try {
      return LITERAL.matcher(text).matches()
          ? Optional.of(InetAddress.getByName(text))
          : Optional.empty();
    } catch (UnknownHostException malformed) {
      return Optional.empty();
    }
  }

  /** Tells whether an address belongs to it. */
  boolean contains(InetAddress other) {
    byte[] first = address.getAddress();
    byte[] tested = other.getAddress();
    if (first.length != tested.length) {
      return false;
    }
    for (int bit = 0; bit < bits; bit++) {
      int mask = 0x80 >> (bit % Byte.SIZE);
      if (((first[bit / Byte.SIZE] ^ tested[bit / Byte.SIZE]) & mask) != 0) {
        return false;
      }
    }
    return true;
  }

  private static IllegalArgumentException notOne(String text) {
    return new IllegalArgumentException("neither an address nor a network: " + text);
  }
}
