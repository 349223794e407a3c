package org.theseus.protocol.api;

import java.util.Objects;

/**
 * A JSON string.
 *
 * @param value its text, unescaped
 * @see <a href="https://spec.matrix.org/v1.19/appendices/#canonical-json">Canonical JSON</a>
 */
public record JsonString(String value) implements JsonValue {
  /** Checks that there is a text. */
  public JsonString {
    Objects.requireNonNull(value);
  }
}
