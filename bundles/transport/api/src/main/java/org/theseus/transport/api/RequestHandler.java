package org.theseus.transport.api;

import org.osgi.annotation.versioning.ProviderType;

/** What a listener hands requests to: the router. The listener waits while there is none. */
@ProviderType
public interface RequestHandler {
  /**
   * Takes a request over. Does not block.
   *
   * @param exchange the request, to be answered or handed back
   */
  void handle(Exchange exchange);
}
