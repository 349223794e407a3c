package org.theseus.protocol.api;

/**
 * A JSON boolean.
 *
 * @param value its value
 * @see <a href="https://spec.matrix.org/v1.19/appendices/#canonical-json">Canonical JSON</a>
 */
public record JsonBoolean(boolean value) implements JsonValue {
  /** The value {@code true}. */
  public static final JsonBoolean TRUE = new JsonBoolean(true);

  /** The value {@code false}. */
  public static final JsonBoolean FALSE = new JsonBoolean(false);

  /**
   * Picks a constant.
   *
   * @param value the value
   * @return its constant
   */
  public static JsonBoolean of(boolean value) {
    return value ? TRUE : FALSE;
  }
}
