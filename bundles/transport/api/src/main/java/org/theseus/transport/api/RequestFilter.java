package org.theseus.transport.api;

import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Sees every request before its endpoint does, once it is authenticated, and may answer in its
 * place; registered as a service. Filters are asked one after the other, those of higher {@code
 * service.ranking} first, until one answers. A bundle that names its filter in its manifest, as a
 * capability {@value #NAMESPACE} with the attribute {@code name}, has all requests wait while the
 * bundle is installed and that filter is away; without a filter that no bundle names they pass.
 * Safe for many threads.
 */
@ConsumerType
public interface RequestFilter {
  /** The namespace of the capability. */
  String NAMESPACE = "org.theseus.filter";

  /**
   * Tells what it is called in its bundle's manifest; always the same.
   *
   * @return its name, if nothing else is said that of its class
   */
  default String name() {
    return getClass().getName();
  }

  /**
   * Judges a request. Called on a thread of the router that must not wait for peers; what takes
   * longer completes later. After two seconds the filter has failed. A request may be judged more
   * than once if the router is replaced meanwhile.
   *
   * @param route what it asks for; its variables are in the request
   * @param request the request, authenticated if the route is signed
   * @return empty to let it pass, or the answer it gets; a {@link
   *     org.theseus.protocol.api.MatrixException}, thrown or completed with, refuses it with its
   *     error; after a {@link org.theseus.protocol.api.BeingReplacedException} it is asked again
   *     soon; anything else is a failure
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
