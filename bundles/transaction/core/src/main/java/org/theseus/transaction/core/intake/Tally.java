package org.theseus.transaction.core.intake;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.theseus.protocol.api.JsonObject;

/** Counts what becomes of transactions, for people who look. Safe for many threads. */
public final class Tally {
  /** What is counted; told by these names in lower case. */
  enum Of {
    /** Taken in. */
    TRANSACTIONS,
    /** Came again and got the stored answer. */
    REPEATS,
    /** Came again with another body. */
    OTHER_BODIES,
    PDUS_JOURNALED,
    PDUS_KNOWN,
    PDUS_REFUSED,
    /** Left out of the answer, for want of an id. */
    PDUS_DROPPED,
    EDUS_JOURNALED,
    /** Durable ones that came before. */
    EDUS_REPEATED,
    EDUS_MALFORMED,
    /** Of a type that no installed bundle names. */
    EDUS_UNNAMED,
    /** Passing ones whose handler was away or had too much to do. */
    EDUS_MISSED,
    /** Durable ones that were handled. */
    EDUS_HANDLED,
    /** Attempts at an EDU that failed. */
    EDU_FAILURES,
    /** Durable ones that were given up. */
    EDUS_QUARANTINED,
    /** Calls of handlers that took too long. */
    HANDLERS_OVERDUE,
    /** Old answers and EDUs that are remembered no more. */
    FORGOTTEN
  }

  private final Map<Of, LongAdder> counts = new EnumMap<>(Of.class);

  /** Begins to count. */
  public Tally() {
    for (Of each : Of.values()) {
      counts.put(each, new LongAdder());
    }
  }

  void add(Of what, long more) {
    counts.get(what).add(more);
  }

  long count(Of what) {
    return counts.get(what).sum();
  }

  /**
   * Tells all counts.
   *
   * @return by name
   */
  public JsonObject report() {
    JsonObject.Builder report = JsonObject.builder();
    counts.forEach((what, count) -> report.put(what.name().toLowerCase(Locale.ROOT), count.sum()));
    return report.build();
  }
}
