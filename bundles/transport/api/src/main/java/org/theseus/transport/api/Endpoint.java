package org.theseus.transport.api;

import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Answers requests of other servers on one route; registered as a service. Safe for many threads.
 */
@ConsumerType
public interface Endpoint {
  /**
   * Tells what it answers; always the same.
   *
   * @return the route
   */
  Route route();

  /**
   * Answers a request. Called on a thread of the router that may block for a query of the store,
   * not for a peer.
   *
   * @param request the request, authenticated if the route says so
   * @return the answer; a {@link org.theseus.protocol.api.MatrixException}, thrown or completed
   *     with, becomes its error; a {@link org.theseus.protocol.api.TransientException} 503;
   *     anything else 500 and a WARN; what has not come after three minutes 504, and is dropped
   *     when it comes
   */
  CompletionStage<Answer> answer(InboundRequest request);
}
