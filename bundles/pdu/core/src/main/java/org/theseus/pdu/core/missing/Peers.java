package org.theseus.pdu.core.missing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.MatrixError;
import org.theseus.protocol.api.MatrixException;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.ServerName;
import org.theseus.transport.api.FederationClient;
import org.theseus.transport.api.FederationClient.Request;

/**
 * Asks other servers about rooms. What they answer is bounded in size and time, and not checked
 * here.
 */
public final class Peers {
  private static final String PREFIX = "/_matrix/federation/v1/";
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final Duration STATE_TIMEOUT = Duration.ofSeconds(60);

  private final FederationClient client;

  /**
   * Makes it.
   *
   * @param client sends requests
   */
  public Peers(FederationClient client) {
    this.client = client;
  }

  /**
   * The ids of a state and of its auth chain.
   *
   * @param state the state
   * @param authChain the auth chain
   */
  record StateIds(List<EventId> state, List<EventId> authChain) {}

  CompletionStage<List<JsonObject>> missingEvents(
      ServerName server,
      RoomId room,
      Collection<EventId> earliest,
      Collection<EventId> latest,
      int limit) {
    JsonObject body =
        JsonObject.builder()
            .put("earliest_events", ids(earliest))
            .put("latest_events", ids(latest))
            .put("limit", limit)
            .build();
    Request request =
        new Request(
            server,
            "POST",
            path("get_missing_events", room.value()),
            Optional.of(body),
            TIMEOUT,
            8 * FederationClient.SMALL);
    return ask(request, answer -> objects(answer, "events"));
  }

  CompletionStage<List<JsonObject>> event(ServerName server, EventId event) {
    return ask(
        Request.get(server, path("event", event.value()), TIMEOUT, FederationClient.SMALL),
        answer -> objects(answer, "pdus"));
  }

  CompletionStage<StateIds> stateIds(ServerName server, RoomId room, EventId event) {
    String path =
        path("state_ids", room.value()) + "?event_id=" + FederationClient.encode(event.value());
    return ask(
        Request.get(server, path, STATE_TIMEOUT, FederationClient.LARGE),
        answer -> new StateIds(events(answer, "pdu_ids"), events(answer, "auth_chain_ids")));
  }

  CompletionStage<List<JsonObject>> stateEvents(ServerName server, RoomId room, EventId event) {
    String path =
        path("state", room.value()) + "?event_id=" + FederationClient.encode(event.value());
    return ask(
        Request.get(server, path, STATE_TIMEOUT, FederationClient.LARGE),
        answer -> {
          List<JsonObject> all = new ArrayList<>(objects(answer, "auth_chain"));
          all.addAll(objects(answer, "pdus"));
          return all;
        });
  }

  CompletionStage<List<JsonObject>> authChain(ServerName server, RoomId room, EventId event) {
    return ask(
        Request.get(
            server,
            path("event_auth", room.value()) + '/' + FederationClient.encode(event.value()),
            STATE_TIMEOUT,
            16 * FederationClient.SMALL),
        answer -> objects(answer, "auth_chain"));
  }

  CompletionStage<List<JsonObject>> backfill(
      ServerName server, RoomId room, Collection<EventId> from, int limit) {
    StringBuilder path = new StringBuilder(path("backfill", room.value()));
    path.append("?limit=").append(limit);
    from.forEach(event -> path.append("&v=").append(FederationClient.encode(event.value())));
    return ask(
        Request.get(server, path.toString(), STATE_TIMEOUT, 16 * FederationClient.SMALL),
        answer -> objects(answer, "pdus"));
  }

  private <T> CompletionStage<T> ask(Request request, Function<JsonObject, T> read) {
    return client.send(request).thenApply(response -> read.apply(response.objectOrThrow()));
  }

  private static String path(String query, String id) {
    return PREFIX + query + '/' + FederationClient.encode(id);
  }

  private static JsonArray ids(Collection<EventId> events) {
    return JsonArray.ofStrings(events.stream().map(EventId::value).toList());
  }

  private static List<JsonObject> objects(JsonObject answer, String name) {
    return array(answer, name).objects();
  }

  private static List<EventId> events(JsonObject answer, String name) {
    return array(answer, name).strings().stream()
        .filter(id -> !id.isEmpty())
        .distinct()
        .map(EventId::of)
        .toList();
  }

  private static JsonArray array(JsonObject answer, String name) {
    return answer
        .array(name)
        .orElseThrow(
            () -> new MatrixException(502, MatrixError.BAD_JSON, "the answer has no " + name));
  }
}
