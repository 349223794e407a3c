package org.theseus.pdu.core;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.theseus.protocol.api.JsonObject;
import org.theseus.transport.api.Answer;
import org.theseus.transport.api.Endpoint;
import org.theseus.transport.api.InboundRequest;
import org.theseus.transport.api.Route;

/** An endpoint that answers from the store. */
abstract class QueryEndpoint implements Endpoint {
  private final Route route;
  private final Function<InboundRequest, JsonObject> query;

  QueryEndpoint(Route route, Function<InboundRequest, JsonObject> query) {
    this.route = route;
    this.query = query;
  }

  @Override
  public final Route route() {
    return route;
  }

  @Override
  public final CompletionStage<Answer> answer(InboundRequest request) {
    return CompletableFuture.completedFuture(Answer.ok(query.apply(request)));
  }
}
