package org.theseus.pdu.core.queries;

import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.theseus.pdu.core.graph.Graph;
import org.theseus.pdu.core.graph.Room;
import org.theseus.persistence.api.StoredEvent;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.InvalidIdentifierException;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonString;
import org.theseus.protocol.api.JsonValue;
import org.theseus.protocol.api.MatrixError;
import org.theseus.protocol.api.MatrixException;
import org.theseus.protocol.api.RoomVersion;
import org.theseus.protocol.api.ServerName;
import org.theseus.transport.api.InboundRequest;

/**
 * What other servers ask about rooms they are in. Blocks for queries of the store. Refuses with
 * {@link org.theseus.protocol.api.MatrixException}.
 *
 * @see <a href="https://spec.matrix.org/v1.19/server-server-api/#retrieving-events">Retrieving
 *     events</a>
 */
public final class RoomQueries {
  private static final int MAX_BACKFILL = 100;
  private static final int MAX_MISSING = 20;
  private static final int USUAL_MISSING = 10;
  private static final int MAX_REFERENCES = 1_000;

  private final Graph graph;
  private final Access access;
  private final Shown shown;
  private final Visibility visibility;

  /**
   * Makes the queries.
   *
   * @param graph the rooms
   */
  public RoomQueries(Graph graph) {
    this.graph = graph;
    this.access = new Access(graph);
    this.shown = new Shown(graph);
    this.visibility = new Visibility(graph);
  }

  /**
   * Answers {@code GET /event/{eventId}}.
   *
   * @param request the request
   * @return the body
   */
  public JsonObject event(InboundRequest request) {
    StoredEvent event = access.event(request.signer(), request.variable("eventId"));
    return transaction(List.of(visibility.show(request.signer(), event)));
  }

  /**
   * Answers {@code GET /state/{roomId}}.
   *
   * @param request the request
   * @return the body
   */
  public JsonObject state(InboundRequest request) {
    StateBefore state = stateBefore(request);
    return JsonObject.builder()
        .put("pdus", array(shown.events(state.events())))
        .put("auth_chain", array(shown.events(state.authChain())))
        .build();
  }

  /**
   * Answers {@code GET /state_ids/{roomId}}.
   *
   * @param request the request
   * @return the body
   */
  public JsonObject stateIds(InboundRequest request) {
    StateBefore state = stateBefore(request);
    return JsonObject.builder()
        .put("pdu_ids", ids(state.events()))
        .put("auth_chain_ids", ids(state.authChain()))
        .build();
  }

  /**
   * Answers {@code GET /event_auth/{roomId}/{eventId}}.
   *
   * @param request the request
   * @return the body
   */
  public JsonObject eventAuth(InboundRequest request) {
    Room room = access.room(request.signer(), request.variable("roomId"));
    StoredEvent event = access.event(room, request.variable("eventId"));
    Set<EventId> chain = version(room).authChain(List.of(event.id()), graph.events());
    return JsonObject.builder().put("auth_chain", array(shown.events(chain))).build();
  }

  /**
   * Answers {@code GET /timestamp_to_event/{roomId}}.
   *
   * @param request the request
   * @return the body
   */
  public JsonObject timestampToEvent(InboundRequest request) {
    Room room = access.room(request.signer(), request.variable("roomId"));
    long ts = time(request.parameter("ts").orElseThrow(() -> Access.missing("ts")));
    String direction = request.parameter("dir").orElseThrow(() -> Access.missing("dir"));
    if (!direction.equals("f") && !direction.equals("b")) {
      throw Access.invalid("dir is neither f nor b");
    }
    StoredEvent event =
        graph
            .database()
            .run(unit -> unit.events().closest(room.id(), ts, direction.equals("f")))
            .orElseThrow(
                () -> new MatrixException(404, MatrixError.NOT_FOUND, "there is no such event"));
    return JsonObject.builder()
        .put("event_id", event.id().value())
        .put("origin_server_ts", event.originServerTs())
        .build();
  }

  private static long time(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException malformed) {
      throw Access.invalid("ts is no integer");
    }
  }

  /**
   * Answers {@code GET /backfill/{roomId}}.
   *
   * @param request the request
   * @return the body
   */
  public JsonObject backfill(InboundRequest request) {
    Room room = access.room(request.signer(), request.variable("roomId"));
    List<String> from = request.query().getOrDefault("v", List.of());
    if (from.isEmpty()) {
      throw Access.missing("v");
    }
    String limit = request.parameter("limit").orElseThrow(() -> Access.missing("limit"));
    List<StoredEvent> events =
        new Walk(graph, room.id()).history(eventIds(from), limit(limit, MAX_BACKFILL));
    return transaction(show(request.signer(), events));
  }

  /**
   * Answers {@code POST /get_missing_events/{roomId}}.
   *
   * @param request the request
   * @return the body
   */
  public JsonObject missingEvents(InboundRequest request) {
    Room room = access.room(request.signer(), request.variable("roomId"));
    JsonObject body = request.object();
    Set<EventId> earliest = references(body, "earliest_events");
    Set<EventId> latest = references(body, "latest_events");
    long limit = integer(body, "limit").orElse(USUAL_MISSING);
    long minDepth = integer(body, "min_depth").orElse(0);
    if (limit < 0) {
      throw Access.invalid("limit is negative");
    }
    List<StoredEvent> events =
        new Walk(graph, room.id())
            .between(latest, earliest, minDepth, (int) Math.min(limit, MAX_MISSING));
    return JsonObject.builder().put("events", array(show(request.signer(), events))).build();
  }

  private record StateBefore(Collection<EventId> events, Set<EventId> authChain) {}

  private StateBefore stateBefore(InboundRequest request) {
    Room room = access.room(request.signer(), request.variable("roomId"));
    String eventId = request.parameter("event_id").orElseThrow(() -> Access.missing("event_id"));
    StoredEvent event = access.event(room, eventId);
    if (event.isOutlier()) {
      throw Access.notFound(eventId);
    }
    Collection<EventId> state =
        graph.states().load(event.stateBefore().orElseThrow()).map().asMap().values();
    return new StateBefore(state, version(room).authChain(state, graph.events()));
  }

  private RoomVersion version(Room room) {
    return graph.versions().held(room.version());
  }

  private List<Event> show(ServerName origin, List<StoredEvent> events) {
    return events.stream().map(event -> visibility.show(origin, event)).toList();
  }

  private JsonObject transaction(List<Event> events) {
    return JsonObject.builder()
        .put("origin", graph.ourselves().value())
        .put("origin_server_ts", graph.clock().getAsLong())
        .put("pdus", array(events))
        .build();
  }

  private static JsonArray array(List<Event> events) {
    return new JsonArray(events.stream().<JsonValue>map(Event::json).toList());
  }

  private static JsonArray ids(Collection<EventId> events) {
    return JsonArray.ofStrings(events.stream().map(EventId::value).toList());
  }

  private static int limit(String text, int most) {
    try {
      long limit = Long.parseLong(text);
      if (limit > 0) {
        return (int) Math.min(limit, most);
      }
    } catch (NumberFormatException malformed) {
      throw Access.invalid("limit is no integer");
    }
    throw Access.invalid("limit is not positive");
  }

  private static OptionalLong integer(JsonObject body, String name) {
    if (!body.has(name)) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(
        body.integer(name).orElseThrow(() -> Access.invalid(name + " is no integer")));
  }

  private static Set<EventId> references(JsonObject body, String name) {
    if (!body.has(name)) {
      throw Access.missing(name);
    }
    JsonArray array = body.array(name).orElseThrow(() -> Access.invalid(name + " is no array"));
    if (array.elements().size() > MAX_REFERENCES
        || !array.elements().stream().allMatch(JsonString.class::isInstance)) {
      throw Access.invalid(name + " is too long or does not hold strings only");
    }
    return eventIds(array.strings());
  }

  private static Set<EventId> eventIds(List<String> texts) {
    try {
      return Set.copyOf(texts.stream().map(EventId::of).toList());
    } catch (InvalidIdentifierException empty) {
      throw Access.invalid("an event id is empty");
    }
  }
}
