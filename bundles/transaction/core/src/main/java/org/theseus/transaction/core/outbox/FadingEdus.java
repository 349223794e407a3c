package org.theseus.transaction.core.outbox;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.theseus.protocol.api.JsonObject;

/**
 * EDUs for one destination that nobody wants to have late: bounded, in memory, each in place of an
 * older one about the same. Guarded by {@code this}.
 */
final class FadingEdus {
  private static final int MOST = 100;

  /**
   * One that waits.
   *
   * @param about what it tells about
   * @param json the EDU as a transaction holds it
   * @param untilTs when it is stale, in milliseconds since the epoch
   */
  record Fading(String about, JsonObject json, long untilTs) {}

  private final Map<String, Fading> waiting = new LinkedHashMap<>();

  synchronized void add(Fading edu) {
    waiting.remove(edu.about());
    waiting.put(edu.about(), edu);
    if (waiting.size() > MOST) {
      Iterator<String> oldest = waiting.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
  }

  /** Lists what is not yet stale, the oldest first, and forgets what is. */
  synchronized List<Fading> fresh(long now, int limit) {
    waiting.values().removeIf(edu -> edu.untilTs() <= now);
    return waiting.values().stream().limit(limit).toList();
  }

  /** Forgets what a transaction holds now, unless something newer is there. */
  synchronized void taken(List<Fading> edus) {
    edus.forEach(edu -> waiting.remove(edu.about(), edu));
  }

  synchronized void clear() {
    waiting.clear();
  }
}
