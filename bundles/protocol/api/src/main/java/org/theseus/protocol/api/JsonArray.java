package org.theseus.protocol.api;

import java.util.Collection;
import java.util.List;

/**
 * A JSON array.
 *
 * @param elements the elements in order, unmodifiable
 * @see <a href="https://spec.matrix.org/v1.19/appendices/#canonical-json">Canonical JSON</a>
 */
public record JsonArray(List<JsonValue> elements) implements JsonValue {
  /** The array without elements. */
  public static final JsonArray EMPTY = new JsonArray(List.of());

  /** Copies the elements. */
  public JsonArray {
    elements = List.copyOf(elements);
  }

  /**
   * Makes an array of strings.
   *
   * @param values the texts, in order
   * @return the array
   */
  public static JsonArray ofStrings(Collection<String> values) {
    return new JsonArray(values.stream().<JsonValue>map(JsonString::new).toList());
  }

  /**
   * Picks the elements that are strings.
   *
   * @return their texts, in order
   */
  public List<String> strings() {
    return elements.stream()
        .filter(JsonString.class::isInstance)
        .map(element -> ((JsonString) element).value())
        .toList();
  }

  /**
   * Picks the elements that are objects.
   *
   * @return the objects, in order
   */
  public List<JsonObject> objects() {
    return elements.stream()
        .filter(JsonObject.class::isInstance)
        .map(JsonObject.class::cast)
        .toList();
  }

  // A record's own equals and hashCode need too many frames a level for the deepest values.
  @Override
  public boolean equals(Object other) {
    if (this == other) {
      return true;
    }
    if (!(other instanceof JsonArray array) || array.elements.size() != elements.size()) {
      return false;
    }
    for (int i = 0; i < elements.size(); i++) {
      if (!elements.get(i).equals(array.elements.get(i))) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int hashCode() {
    return elements.size();
  }

  @Override
  public String toString() {
    return new String(toBytes(), java.nio.charset.StandardCharsets.UTF_8);
  }
}
