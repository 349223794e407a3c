package org.theseus.protocol.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonException;
import org.theseus.protocol.api.JsonMalformed;
import org.theseus.protocol.api.JsonNumber;
import org.theseus.protocol.api.JsonObject;
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
   * Rewrites every number as canonical JSON writes it.
   *
   * @throws JsonException for fractions and numbers out of range, and what is malformed
   */
  static JsonValue canonical(JsonValue value) {
    if (value instanceof JsonNumber number) {
      return CanonicalNumber.of(number).map(JsonNumber::new).orElseThrow(CanonicalJson::noInteger);
    }
    if (value instanceof JsonObject object) {
      JsonObject.Builder members = JsonObject.builder();
      for (Map.Entry<String, JsonValue> member : object.members().entrySet()) {
        members.put(member.getKey(), canonical(member.getValue()));
      }
      return members.build();
    }
    if (value instanceof JsonArray array) {
      List<JsonValue> elements = new ArrayList<>(array.elements().size());
      for (JsonValue element : array.elements()) {
        elements.add(canonical(element));
      }
      return new JsonArray(elements);
    }
    if (value instanceof JsonMalformed) {
      throw new JsonException(MatrixError.BAD_JSON, "not strict JSON");
    }
    return value;
  }

  private static JsonException noInteger() {
    return new JsonException(
        MatrixError.BAD_JSON, "a number is no integer between -(2^53 - 1) and 2^53 - 1");
  }
}
