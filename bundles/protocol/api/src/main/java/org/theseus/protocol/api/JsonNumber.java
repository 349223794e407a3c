package org.theseus.protocol.api;

import java.util.Objects;
import java.util.Optional;

/**
 * A JSON number, kept as the characters it was written with.
 *
 * @see <a href="https://spec.matrix.org/v1.19/appendices/#canonical-json">Canonical JSON</a>
 */
public final class JsonNumber implements JsonValue {
  private static final int LONGEST_LONG = 20;

  /** The number as written, or null if it is short enough to be packed. */
  private final String text;

  private final long packed;

  /**
   * Makes a number.
   *
   * @param literal the number as written, in JSON's grammar
   * @throws IllegalArgumentException if the literal is no JSON number
   */
  public JsonNumber(String literal) {
    if (!isNumber(literal)) {
      throw new IllegalArgumentException("not a JSON number");
    }
    packed = ShortNumber.pack(literal);
    text = packed == ShortNumber.NONE ? literal : null;
  }

  /**
   * Makes a number.
   *
   * @param value the value
   * @return the number
   */
  public static JsonNumber of(long value) {
    return new JsonNumber(Long.toString(value));
  }

  /**
   * Tells how the number is written.
   *
   * @return the characters it came with
   */
  public String literal() {
    return text == null ? ShortNumber.unpack(packed) : text;
  }

  /**
   * Reads an integer.
   *
   * @return the value, or empty if the number is written with a fraction or an exponent or does not
   *     fit
   */
  public Optional<Long> asLong() {
    String literal = literal();
    if (literal.length() > LONGEST_LONG
        || literal.indexOf('.') >= 0
        || literal.indexOf('e') >= 0
        || literal.indexOf('E') >= 0) {
      return Optional.empty();
    }
    try {
      return Optional.of(Long.parseLong(literal));
    } catch (NumberFormatException tooLarge) {
      return Optional.empty();
    }
  }

  /**
   * A hand-written match of JSON's grammar: numbers are many, and may be ten thousand digits long.
   */
  private static boolean isNumber(String text) {
    int start = text.startsWith("-") ? 1 : 0;
    int end = digits(text, start);
    if (end == start || (text.charAt(start) == '0' && end > start + 1)) {
      return false;
    }
    if (at(text, end, '.')) {
      int fraction = end + 1;
      end = digits(text, fraction);
      if (end == fraction) {
        return false;
      }
    }
    if (at(text, end, 'e') || at(text, end, 'E')) {
      int exponent = at(text, end + 1, '+') || at(text, end + 1, '-') ? end + 2 : end + 1;
      end = digits(text, exponent);
      return end > exponent && end == text.length();
    }
    return end == text.length();
  }

  private static int digits(String text, int from) {
    int end = from;
    while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
      end++;
    }
    return end;
  }

  private static boolean at(String text, int index, char expected) {
    return index < text.length() && text.charAt(index) == expected;
  }

  /** The characters packed, or {@link ShortNumber#NONE}. */
  long packed() {
    return packed;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof JsonNumber number
        && packed == number.packed
        && Objects.equals(text, number.text);
  }

  @Override
  public int hashCode() {
    return text == null ? Long.hashCode(packed) : text.hashCode();
  }

  @Override
  public String toString() {
    return literal();
  }
}
