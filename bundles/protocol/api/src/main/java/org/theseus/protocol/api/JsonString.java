package org.theseus.protocol.api;

import java.util.Objects;

/**
 * A JSON string.
 *
 * @param value its text, unescaped
 */
public record JsonString(String value) implements JsonValue {
  /** Checks that there is a text. */
  public JsonString {
    Objects.requireNonNull(value);
  }
}
