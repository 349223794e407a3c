package org.theseus.protocol.api;

import java.nio.charset.StandardCharsets;

/**
 * Up to sixteen characters of a JSON number as a {@code long}, four bits each: almost all numbers
 * that there are, without losing how they are written.
 */
final class ShortNumber {
  /** Stands for a number that is longer: no number begins with sixteen such. */
  static final long NONE = -1;

  private static final int BITS = 4;
  private static final int MOST = Long.SIZE / BITS;

  /** The characters by their codes; the first is that of no character. */
  private static final String SYMBOLS = " 0123456789-+.eE";

  private static final int ZERO = 1;
  private static final int MINUS = 11;

  private ShortNumber() {}

  /** Packs a JSON number, its first character lowest, or answers {@link #NONE}. */
  static long pack(String literal) {
    if (literal.length() > MOST) {
      return NONE;
    }
    long packed = 0;
    for (int i = literal.length() - 1; i >= 0; i--) {
      packed = packed << BITS | code(literal.charAt(i));
    }
    return packed;
  }

  private static int code(char symbol) {
    return symbol >= '0' && symbol <= '9' ? symbol - '0' + ZERO : SYMBOLS.indexOf(symbol, MINUS);
  }

  static String unpack(long packed) {
    byte[] literal = new byte[MOST];
    int size = 0;
    for (long left = packed; left != 0; left = rest(left)) {
      literal[size++] = (byte) first(left);
    }
    return new String(literal, 0, size, StandardCharsets.ISO_8859_1);
  }

  /** The first character of a number. */
  static char first(long packed) {
    return SYMBOLS.charAt((int) packed & 0xf);
  }

  /** What follows the first character, 0 if that is nothing. */
  static long rest(long packed) {
    return packed >>> BITS;
  }
}
