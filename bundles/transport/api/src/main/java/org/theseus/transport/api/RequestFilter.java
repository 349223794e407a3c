package org.theseus.transport.api;

import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Sees every request before its endpoint does, once it is authenticated, and may answer in its
 * place; registered as a service. Filters are asked one after the other, those of higher {@code
 * service.ranking} first, until one answers. While a filter is away requests pass without it. Safe
 * for many threads.
 */
@ConsumerType
public interface RequestFilter {
  /**
   * Judges a request. Called on a thread of the router that must not wait for peers; what takes
   * longer completes later. After two seconds the filter has failed. A request may be judged more
   * than once if the router is replaced meanwhile.
   *
   * @param route what it asks for; its variables are in the request
   * @param request the request, authenticated if the route is signed
   * @return empty to let it pass, or the answer it gets; a {@link
   *     org.theseus.protocol.api.MatrixException}, thrown or completed with, refuses it with its
   *     error; anything else is a failure
   */
  CompletionStage<Optional<Answer>> judge(Route route, InboundRequest request);

  /**
   * Tells what becomes of a request on which this filter fails; always the same.
   *
   * @return true if it passes, false if it is refused with 503 or 500, which other servers take for
   *     a reason to try again
   */
  default boolean failsOpen() {
    return false;
  }
}
