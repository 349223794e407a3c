package org.theseus.protocol.api;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A JSON number, kept as the characters it was written with.
 *
 * @param literal the number as written, in JSON's grammar
 */
public record JsonNumber(String literal) implements JsonValue {
  private static final Pattern GRAMMAR =
      Pattern.compile("-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?");
  private static final int LONGEST_LONG = 20;

  /**
   * Checks the grammar.
   *
   * @throws IllegalArgumentException if the literal is no JSON number
   */
  public JsonNumber {
    if (!GRAMMAR.matcher(literal).matches()) {
      throw new IllegalArgumentException("not a JSON number");
    }
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
   * Reads an integer.
   *
   * @return the value, or empty if the number is written with a fraction or an exponent or does not
   *     fit
   */
  public Optional<Long> asLong() {
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
}
