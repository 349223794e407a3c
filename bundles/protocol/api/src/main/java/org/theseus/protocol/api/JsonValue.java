package org.theseus.protocol.api;

import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/**
 * A JSON value that loses nothing: numbers keep their characters, objects their order. Immutable;
 * values of any depth that a {@link JsonReader} accepts can be compared and written.
 *
 * @see <a href="https://spec.matrix.org/v1.19/appendices/#canonical-json">Canonical JSON</a>
 */
public sealed interface JsonValue
    permits JsonObject, JsonArray, JsonString, JsonNumber, JsonBoolean, JsonNull, JsonMalformed {
  /**
   * Writes this value without white space, members in their own order, numbers as they came.
   *
   * @return UTF-8 JSON
   */
  default byte[] toBytes() {
    return new JsonEncoder(false, null).encode(this);
  }

  /**
   * Writes this value without white space, members sorted by the code points of their names,
   * numbers as they came. This is what X-Matrix and signed objects that are no events are verified
   * over; the strict canonical form of the specification is {@link SignedJson#canonical}.
   *
   * @return UTF-8 JSON
   */
  default byte[] toSortedBytes() {
    return new JsonEncoder(true, null).encode(this);
  }

  /**
   * Writes this value as {@link #toSortedBytes()} does, but its numbers as told.
   *
   * @param numbers how to write a number, in ASCII; what it throws is thrown
   * @return UTF-8 JSON
   */
  default byte[] toSortedBytes(Function<JsonNumber, String> numbers) {
    return new JsonEncoder(true, Objects.requireNonNull(numbers)).encode(this);
  }

  /**
   * Tells whether this value is strict JSON throughout, as everything is that {@link
   * JsonReader#read} answers.
   *
   * @return false if it is or holds a {@link JsonMalformed}
   */
  default boolean isWellFormed() {
    for (JsonValue child : children()) {
      if (!child.isWellFormed()) {
        return false;
      }
    }
    return !(this instanceof JsonMalformed);
  }

  /**
   * Shows the values this one is made of.
   *
   * @return the members' values of an object, the elements of an array, otherwise nothing
   */
  default Collection<JsonValue> children() {
    if (this instanceof JsonObject object) {
      return object.members().values();
    }
    return this instanceof JsonArray array ? array.elements() : List.of();
  }
}
