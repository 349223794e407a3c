package org.theseus.protocol.api;

import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/**
 * A JSON array.
 *
 * @see <a href="https://spec.matrix.org/v1.19/appendices/#canonical-json">Canonical JSON</a>
 */
public final class JsonArray implements JsonValue {
  /** The array without elements. */
  public static final JsonArray EMPTY = new JsonArray(List.of());

  /** The elements, a {@code JsonValue[]}, or a single one itself: arrays may be deep and narrow. */
  private final Object content;

  /**
   * Makes an array.
   *
   * @param elements the elements in order, which are copied
   */
  public JsonArray(List<JsonValue> elements) {
    JsonValue[] all = elements.toArray(JsonValue[]::new);
    for (JsonValue element : all) {
      Objects.requireNonNull(element);
    }
    content = all.length == 1 ? all[0] : all;
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
   * Shows the elements.
   *
   * @return the elements in order, unmodifiable
   */
  public List<JsonValue> elements() {
    return content instanceof JsonValue[] all
        ? Collections.unmodifiableList(Arrays.asList(all))
        : List.of((JsonValue) content);
  }

  /**
   * Picks the elements that are strings.
   *
   * @return their texts, in order
   */
  public List<String> strings() {
    return elements().stream()
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
    return elements().stream()
        .filter(JsonObject.class::isInstance)
        .map(JsonObject.class::cast)
        .toList();
  }

  int size() {
    return content instanceof JsonValue[] all ? all.length : 1;
  }

  JsonValue element(int place) {
    return content instanceof JsonValue[] all ? all[place] : (JsonValue) content;
  }

  // One frame a level, for the deepest values.
  @Override
  public boolean equals(Object other) {
    if (this == other) {
      return true;
    }
    if (!(other instanceof JsonArray array) || array.size() != size()) {
      return false;
    }
    for (int i = 0; i < size(); i++) {
      if (!element(i).equals(array.element(i))) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int hashCode() {
    return size();
  }

  @Override
  public String toString() {
    return new String(toBytes(), java.nio.charset.StandardCharsets.UTF_8);
  }
}
