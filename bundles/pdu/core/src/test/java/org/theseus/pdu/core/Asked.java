package org.theseus.pdu.core;

import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.theseus.pdu.core.queries.RoomQueries;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.ServerName;
import org.theseus.transport.api.FederationClient;
import org.theseus.transport.api.InboundRequest;

/** A request as it crosses the tests' wire: what the router would make of it. */
record Asked(String query, InboundRequest request) {
  private static final String PREFIX = "/_matrix/federation/v1/";

  static Asked parse(ServerName origin, FederationClient.Request request) {
    String[] target = request.path().split("\\?", 2);
    if (!target[0].startsWith(PREFIX)) {
      throw new AssertionError("no such path: " + request.path());
    }
    String[] segments = target[0].substring(PREFIX.length()).split("/", -1);
    Map<String, String> variables = new HashMap<>();
    variables.put(segments[0].equals("event") ? "eventId" : "roomId", decode(segments[1]));
    if (segments.length > 2) {
      variables.put("eventId", decode(segments[2]));
    }
    Map<String, List<String>> query = new HashMap<>();
    if (target.length > 1) {
      for (String parameter : target[1].split("&", -1)) {
        String[] pair = parameter.split("=", 2);
        query.computeIfAbsent(pair[0], none -> new ArrayList<>()).add(decode(pair[1]));
      }
    }
    return new Asked(
        segments[0],
        new InboundRequest(
            Optional.of(origin),
            variables,
            query,
            request.body().map(body -> body),
            InetSocketAddress.createUnresolved("peer.example", 1)));
  }

  JsonObject of(RoomQueries queries) {
    return switch (query) {
      case "event" -> queries.event(request);
      case "state" -> queries.state(request);
      case "state_ids" -> queries.stateIds(request);
      case "event_auth" -> queries.eventAuth(request);
      case "timestamp_to_event" -> queries.timestampToEvent(request);
      case "backfill" -> queries.backfill(request);
      case "get_missing_events" -> queries.missingEvents(request);
      default -> throw new AssertionError("no such query: " + query);
    };
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
