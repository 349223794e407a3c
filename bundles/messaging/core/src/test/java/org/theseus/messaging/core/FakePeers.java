package org.theseus.messaging.core;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonValue;
import org.theseus.protocol.api.TransientException;
import org.theseus.transport.api.FederationClient;

/** Other servers: a function from requests to answers. */
final class FakePeers implements FederationClient {
  final List<Request> requests = Collections.synchronizedList(new ArrayList<>());
  volatile Function<Request, Response> answers = request -> refusal(404, "M_UNRECOGNIZED");

  static Response ok(JsonValue body) {
    return new Response(200, body);
  }

  static Response refusal(int status, String errcode) {
    return new Response(
        status, JsonObject.builder().put("errcode", errcode).put("error", "no").build());
  }

  static TransientException away() {
    return new TransientException("away");
  }

  /** The requests so far, as "METHOD server path". */
  List<String> lines() {
    return List.copyOf(requests).stream()
        .map(request -> request.method() + " " + request.destination() + " " + request.path())
        .toList();
  }

  @Override
  public CompletionStage<Response> send(Request request) {
    requests.add(request);
    try {
      return CompletableFuture.completedFuture(answers.apply(request));
    } catch (TransientException away) {
      return CompletableFuture.failedFuture(away);
    }
  }
}
