package org.theseus.launcher.demo;

import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.Set;

/** Compares the timelines that two servers hold of one room. */
final class Timelines {
  private final Map<String, JsonObject> first = new LinkedHashMap<>();
  private final Map<String, JsonObject> second = new LinkedHashMap<>();
  private int duplicated;

  Timelines(JsonArray first, JsonArray second) {
    index(first, this.first);
    index(second, this.second);
  }

  private void index(JsonArray timeline, Map<String, JsonObject> index) {
    Set<String> texts = new HashSet<>();
    for (JsonObject event : timeline.getValuesAs(JsonObject.class)) {
      boolean again = index.put(event.getString("event_id"), event) != null;
      boolean saidAgain = !text(event).isEmpty() && !texts.add(text(event));
      if (again || saidAgain) {
        duplicated++;
      }
    }
  }

  private static String text(JsonObject event) {
    return event.getJsonObject("content").getString("body", "");
  }

  /** Events that stand twice, or say twice what was said once. */
  int duplicated() {
    return duplicated;
  }

  /** How many of some events both servers hold. */
  int heldByBoth(Queue<String> events) {
    return (int)
        events.stream().filter(id -> first.containsKey(id) && second.containsKey(id)).count();
  }

  /**
   * Events that only one server holds, or that they hold differently. What came before the join is
   * the first server's alone.
   */
  int differing(String join) {
    Set<String> ids = new HashSet<>(second.keySet());
    boolean joined = false;
    for (String id : first.keySet()) {
      joined |= id.equals(join);
      if (joined) {
        ids.add(id);
      }
    }
    return (int) ids.stream().filter(this::differs).count();
  }

  private boolean differs(String id) {
    JsonObject one = first.get(id);
    JsonObject other = second.get(id);
    return one == null || other == null || !signedPart(one).equals(signedPart(other));
  }

  /** Unsigned data is each server's own. */
  private static Map<String, JsonValue> signedPart(JsonObject event) {
    Map<String, JsonValue> signed = new LinkedHashMap<>(event);
    signed.remove("unsigned");
    return signed;
  }
}
