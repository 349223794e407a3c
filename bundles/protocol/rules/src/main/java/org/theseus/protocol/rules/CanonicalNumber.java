package org.theseus.protocol.rules;

import java.util.Optional;
import org.theseus.protocol.api.JsonNumber;

/**
 * Numbers as canonical JSON has them: integers within ±(2^53 − 1). Looks at characters only, so
 * that a huge exponent or ten thousand digits cost nothing.
 *
 * @see <a href="https://spec.matrix.org/v1.19/appendices/#canonical-json">Canonical JSON</a>
 */
final class CanonicalNumber {
  private static final long MAX = (1L << 53) - 1;
  private static final int MAX_DIGITS = 16;

  /** As many digits of an exponent as surely fit an int. */
  private static final int MAX_PLACES = 9;

  private CanonicalNumber() {}

  /** Tells whether a number is written as canonical JSON writes it. */
  static boolean isCanonical(JsonNumber number) {
    return of(number).filter(number.literal()::equals).isPresent();
  }

  /**
   * Writes a number canonically.
   *
   * @return its canonical form, or empty if it is written with a fraction or out of range
   */
  static Optional<String> of(JsonNumber number) {
    String literal = number.literal();
    int start = literal.charAt(0) == '-' ? 1 : 0;
    int end = start;
    while (end < literal.length() && Character.isDigit(literal.charAt(end))) {
      end++;
    }
    if (end < literal.length() && literal.charAt(end) == '.') {
      return Optional.empty();
    }
    String digits = literal.substring(start, end);
    return (end == literal.length()
            ? Optional.of(digits)
            : scale(digits, literal.substring(end + 1)))
        .filter(CanonicalNumber::inRange)
        .map(magnitude -> start == 0 || magnitude.equals("0") ? magnitude : "-" + magnitude);
  }

  private static boolean inRange(String magnitude) {
    return magnitude.length() <= MAX_DIGITS && Long.parseLong(magnitude) <= MAX;
  }

  /** Applies an exponent; zero stays zero under any. */
  private static Optional<String> scale(String digits, String exponent) {
    if (digits.equals("0")) {
      return Optional.of(digits);
    }
    String places = exponent.replaceFirst("^[+-]?0*", "");
    if (places.isEmpty()) {
      return Optional.of(digits);
    }
    if (places.length() > MAX_PLACES) {
      return Optional.empty();
    }
    int shift = Integer.parseInt(places);
    if (exponent.charAt(0) != '-') {
      return shift > MAX_DIGITS ? Optional.empty() : Optional.of(digits + "0".repeat(shift));
    }
    int kept = digits.length() - shift;
    return kept > 0 && digits.substring(kept).chars().allMatch(digit -> digit == '0')
        ? Optional.of(digits.substring(0, kept))
        : Optional.empty();
  }
}
