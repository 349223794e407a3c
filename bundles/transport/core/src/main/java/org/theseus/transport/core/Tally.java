package org.theseus.transport.core;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import org.theseus.protocol.api.JsonObject;

/** Counts what becomes of requests, for people who look. Safe for many threads. */
final class Tally {
  private final Map<String, LongAdder> answered = new ConcurrentSkipListMap<>();
  private final LongAdder limited = new LongAdder();
  private final LongAdder handedBack = new LongAdder();
  private final LongAdder gone = new LongAdder();

  void answered(RouteKey route) {
    answered.computeIfAbsent(route.kind(), kind -> new LongAdder()).increment();
  }

  /** Counts a request that found no room. */
  void limited() {
    limited.increment();
  }

  /** Counts a request given back to the listener. */
  void handedBack() {
    handedBack.increment();
  }

  /** Counts a request whose client went while it waited. */
  void gone() {
    gone.increment();
  }

  /**
   * Tells the counts, and how things stand now.
   *
   * @param waiting who waits
   * @param looking how many wait for keys
   * @param work what is worked on
   */
  JsonObject report(WaitingRoom waiting, int looking, Admission.Share work) {
    JsonObject.Builder kinds = JsonObject.builder();
    answered.forEach((kind, count) -> kinds.put(kind, count.sum()));
    return JsonObject.builder()
        .put("parked", json(waiting.parked().figures()))
        .put("waiting_for_room", json(waiting.queue().figures()))
        .put("bodies_waiting", json(waiting.bodies().figures()))
        .put("looking_for_keys", looking)
        .put("at_work", work.requests())
        .put("body_bytes_at_work", work.bytes())
        .put("refused_by_limit", limited.sum())
        .put("handed_back", handedBack.sum())
        .put("gone", gone.sum())
        .put("answered", kinds.build())
        .build();
  }

  private static JsonObject json(ParkingLot.Figures figures) {
    return JsonObject.builder()
        .put("now", figures.now())
        .put("most", figures.most())
        .put("longest_wait_ms", figures.longestMillis())
        .put("expired", figures.expired())
        .put("turned_away", figures.refused())
        .build();
  }
}
