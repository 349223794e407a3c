package org.theseus.itests.peer.synapse;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.theseus.itests.peer.Peer;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonObject;

/** Answers questions about the events a store holds, as far as a gap needs it to be filled. */
final class History implements Peer.Handler {
  private static final String MISSING = "/_matrix/federation/v1/get_missing_events/";
  private static final String EVENT = "/_matrix/federation/v1/event/";

  /** Synapse hands out no more at once. */
  private static final int MOST_MISSING = 20;

  private final Store store;
  private final String name;

  History(Store store, String name) {
    this.store = store;
    this.name = name;
  }

  @Override
  public Optional<Peer.Reply> answer(Peer.Asked asked) {
    if (asked.target().startsWith(MISSING)) {
      return Optional.of(missing(asked.json()));
    }
    if (asked.target().startsWith(EVENT)) {
      String path = URI.create(asked.target()).getRawPath().substring(EVENT.length());
      return store
          .event(EventId.of(URLDecoder.decode(path, StandardCharsets.UTF_8)))
          .map(event -> Peer.Reply.of(200, pdus("pdus", List.of(event))));
    }
    return Optional.empty();
  }

  /** Goes back from the latest until the limit, breadth first, and tells the oldest first. */
  private Peer.Reply missing(JsonObject question) {
    int limit = (int) Math.min(MOST_MISSING, question.integer("limit").orElse(10L));
    Set<EventId> seen = new HashSet<>(ids(question, "earliest_events"));
    Deque<EventId> next = new ArrayDeque<>();
    for (EventId latest : ids(question, "latest_events")) {
      store.event(latest).ifPresent(event -> next.addAll(event.prevEvents()));
      seen.add(latest);
    }
    List<Event> found = new ArrayList<>();
    while (!next.isEmpty() && found.size() < limit) {
      EventId id = next.poll();
      Optional<Event> event = seen.add(id) ? store.event(id) : Optional.empty();
      event.ifPresent(known -> next.addAll(known.prevEvents()));
      event.ifPresent(known -> found.add(0, known));
    }
    return Peer.Reply.of(200, pdus("events", found));
  }

  private static List<EventId> ids(JsonObject question, String field) {
    return question.array(field).orElse(JsonArray.EMPTY).strings().stream()
        .map(EventId::of)
        .toList();
  }

  private JsonObject pdus(String field, List<Event> events) {
    return JsonObject.builder()
        .put("origin", name)
        .put("origin_server_ts", System.currentTimeMillis())
        .put(field, new JsonArray(List.copyOf(events.stream().map(Event::json).toList())))
        .build();
  }
}
