package org.theseus.transport.api;

import org.osgi.annotation.versioning.ProviderType;
import org.theseus.protocol.api.ServerName;

/** Who we are: the one place that knows the server's name. */
@ProviderType
public interface LocalServer {
  /**
   * Tells our name.
   *
   * @return the server name all our users, events and requests carry
   */
  ServerName name();
}
