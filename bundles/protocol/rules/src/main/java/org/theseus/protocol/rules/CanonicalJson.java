package org.theseus.protocol.rules;

import org.theseus.protocol.api.JsonException;
import org.theseus.protocol.api.JsonNumber;
import org.theseus.protocol.api.JsonValue;
import org.theseus.protocol.api.MatrixError;

/**
 * Canonical JSON in the strict sense, one frame for each level of nesting; {@link
 * JsonValue#toSortedBytes} does all but judge numbers.
 *
 * @see <a href="https://spec.matrix.org/v1.19/appendices/#canonical-json">Canonical JSON</a>
 */
final class CanonicalJson {
  private CanonicalJson() {}

  /** Tells whether every number in a value is one of canonical JSON, written as it should be. */
  static boolean isCanonical(JsonValue value) {
    if (value instanceof JsonNumber number) {
      return CanonicalNumber.isCanonical(number);
    }
    for (JsonValue child : value.children()) {
      if (!isCanonical(child)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Writes canonical JSON, every number as that has it.
   *
   * @throws JsonException for fractions and numbers out of range, and what is malformed
   */
  static byte[] of(JsonValue value) {
    if (!value.isWellFormed()) {
      throw new JsonException(MatrixError.BAD_JSON, "not strict JSON");
    }
    return value.toSortedBytes(
        number -> CanonicalNumber.of(number).orElseThrow(CanonicalJson::noInteger));
  }

  private static JsonException noInteger() {
    return new JsonException(
        MatrixError.BAD_JSON, "a number is no integer between -(2^53 - 1) and 2^53 - 1");
  }
}
