package org.theseus.protocol.api;

import java.nio.charset.StandardCharsets;

/**
 * Texts of up to eight bytes of UTF-8 as a {@code long}, so that the many short ones of an event,
 * or of a text that is meant to exhaust us, take no objects of their own.
 */
final class ShortText {
  /** Stands for a text that is none: no text has bytes like these. */
  static final long NONE = -1;

  private ShortText() {}

  /** Packs a text, its first byte lowest, or answers {@link #NONE}. */
  static long pack(String text) {
    if (text.length() > Long.BYTES) {
      return NONE;
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > Long.BYTES) {
      return NONE;
    }
    long packed = 0;
    for (int i = bytes.length - 1; i >= 0; i--) {
      packed = packed << Byte.SIZE | (bytes[i] & 0xff);
    }
    return isPlain(text) || unpack(packed).equals(text) ? packed : NONE;
  }

  /** Tells that a text surely comes back, as it may not with NUL at its end or half a pair. */
  private static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == 0 || Character.isSurrogate(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  static String unpack(long packed) {
    byte[] bytes = new byte[Long.BYTES];
    int size = 0;
    for (long left = packed; left != 0; left = rest(left)) {
      bytes[size++] = (byte) first(left);
    }
    return new String(bytes, 0, size, StandardCharsets.UTF_8);
  }

  /** The first byte of a text that is not empty. */
  static char first(long packed) {
    return (char) (packed & 0xff);
  }

  /** What follows the first byte, 0 if that is nothing. */
  static long rest(long packed) {
    return packed >>> Byte.SIZE;
  }
}
