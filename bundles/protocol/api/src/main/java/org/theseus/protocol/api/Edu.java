package org.theseus.protocol.api;

import java.util.Objects;

/**
 * An ephemeral data unit.
 *
 * @param type its type, such as {@code m.typing}
 * @param content its content; may hold floats
 * @see <a href="https://spec.matrix.org/v1.19/server-server-api/#edus">EDUs</a>
 */
public record Edu(String type, JsonObject content) {
  /** Checks that both parts are there. */
  public Edu {
    Objects.requireNonNull(type);
    Objects.requireNonNull(content);
  }

  /**
   * Writes the EDU as a transaction holds it.
   *
   * @return the JSON object
   */
  public JsonObject toJson() {
    return JsonObject.builder().put("edu_type", type).put("content", content).build();
  }
}
