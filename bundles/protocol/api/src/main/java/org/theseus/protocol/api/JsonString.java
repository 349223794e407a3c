package org.theseus.protocol.api;

import java.util.Objects;

/**
 * A JSON string.
 *
 * @see <a href="https://spec.matrix.org/v1.19/appendices/#canonical-json">Canonical JSON</a>
 */
public final class JsonString implements JsonValue {
  /** The empty string. */
  public static final JsonString EMPTY = new JsonString("");

  /** The text, or null if it is short enough to be packed. */
  private final String text;

  private final long packed;

  /**
   * Makes a string.
   *
   * @param value its text, unescaped
   */
  public JsonString(String value) {
    packed = ShortText.pack(value);
    text = packed == ShortText.NONE ? value : null;
  }

  /**
   * Tells the text.
   *
   * @return the text, unescaped
   */
  public String value() {
    return text == null ? ShortText.unpack(packed) : text;
  }

  /** The characters packed, or {@link ShortText#NONE}. */
  long packed() {
    return packed;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof JsonString string
        && packed == string.packed
        && Objects.equals(text, string.text);
  }

  @Override
  public int hashCode() {
    return text == null ? Long.hashCode(packed) : text.hashCode();
  }

  @Override
  public String toString() {
    return new String(toBytes(), java.nio.charset.StandardCharsets.UTF_8);
  }
}
