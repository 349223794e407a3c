package org.theseus.ops.swap;

import org.theseus.protocol.api.JsonObject;

/**
 * What became of a swap.
 *
 * @param bundle the symbolic name
 * @param oldVersion the version before; empty if there was none
 * @param newVersion the version now
 * @param pauseMillis how long something was away
 */
record Swapped(String bundle, String oldVersion, String newVersion, long pauseMillis) {
  JsonObject toJson() {
    return JsonObject.builder()
        .put("bundle", bundle)
        .put("oldVersion", oldVersion)
        .put("newVersion", newVersion)
        .put("pauseMillis", pauseMillis)
        .build();
  }

  @Override
  public String toString() {
    return "%s %s -> %s, pause %d ms"
        .formatted(bundle, oldVersion.isEmpty() ? "none" : oldVersion, newVersion, pauseMillis);
  }
}
