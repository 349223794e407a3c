package org.theseus.protocol.api;

/**
 * The order of strings by code points, which differs from Java's where surrogates meet U+E000 to
 * U+FFFF.
 */
final class CodePoints {
  private CodePoints() {}

  static int compare(String a, String b) {
    int limit = Math.min(a.length(), b.length());
    for (int i = 0; i < limit; i++) {
      char left = a.charAt(i);
      char right = b.charAt(i);
      if (left != right) {
        boolean leftSurrogate = Character.isSurrogate(left);
        return leftSurrogate == Character.isSurrogate(right)
            ? Character.compare(left, right)
            : leftSurrogate ? 1 : -1;
      }
    }
    return Integer.compare(a.length(), b.length());
  }
}
