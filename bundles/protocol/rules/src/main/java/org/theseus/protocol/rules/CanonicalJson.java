package org.theseus.protocol.rules;

import java.util.LinkedHashMap;
import java.util.Map;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonException;
import org.theseus.protocol.api.JsonNumber;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonValue;
import org.theseus.protocol.api.MatrixError;

/**
 * Canonical JSON in the strict sense; {@link JsonValue#toSortedBytes} does all but judge numbers.
 *
 * @see <a href="https://spec.matrix.org/v1.19/appendices/#canonical-json">Canonical JSON</a>
 */
final class CanonicalJson {
  private CanonicalJson() {}

  /** Tells whether every number in a value is one of canonical JSON, written as it should be. */
  static boolean isCanonical(JsonValue value) {
    if (value instanceof JsonObject object) {
      return object.members().values().stream().allMatch(CanonicalJson::isCanonical);
    }
    if (value instanceof JsonArray array) {
      return array.elements().stream().allMatch(CanonicalJson::isCanonical);
    }
    return !(value instanceof JsonNumber number) || CanonicalNumber.isCanonical(number);
  }

  /**
   * Rewrites every number as canonical JSON writes it.
   *
   * @throws JsonException for fractions and numbers out of range
   */
  static JsonValue canonical(JsonValue value) {
    if (value instanceof JsonObject object) {
      Map<String, JsonValue> members = new LinkedHashMap<>();
      object.members().forEach((name, member) -> members.put(name, canonical(member)));
      return new JsonObject(members);
    }
    if (value instanceof JsonArray array) {
      return new JsonArray(array.elements().stream().map(CanonicalJson::canonical).toList());
    }
    if (value instanceof JsonNumber number) {
      return CanonicalNumber.of(number)
          .map(JsonNumber::new)
          .orElseThrow(
              () ->
                  new JsonException(
                      MatrixError.BAD_JSON,
                      "a number is no integer between -(2^53 - 1) and 2^53 - 1"));
    }
    return value;
  }
}
