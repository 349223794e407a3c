package org.theseus.protocol.api;

/**
 * A JSON value that loses nothing: numbers keep their characters, objects their order. Immutable;
 * values of any depth that a {@link JsonReader} accepts can be compared and written.
 */
public sealed interface JsonValue
    permits JsonObject, JsonArray, JsonString, JsonNumber, JsonBoolean, JsonNull {
  /**
   * Writes this value without white space, members in their own order, numbers as they came.
   *
   * @return UTF-8 JSON
   */
  default byte[] toBytes() {
    return new JsonEncoder(false).encode(this);
  }

  /**
   * Writes this value without white space, members sorted by the code points of their names,
   * numbers as they came. This is what X-Matrix and signed objects that are no events are verified
   * over; the strict canonical form of the specification is {@link SignedJson#canonical}.
   *
   * @return UTF-8 JSON
   */
  default byte[] toSortedBytes() {
    return new JsonEncoder(true).encode(this);
  }
}
