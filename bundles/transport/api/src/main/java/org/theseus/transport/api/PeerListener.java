package org.theseus.transport.api;

import org.osgi.annotation.versioning.ConsumerType;
import org.theseus.protocol.api.ServerName;

/** Is told of every server that we hear from; ends back-off. */
@ConsumerType
public interface PeerListener {
  /**
   * Tells that a server sent us a request we could authenticate. Must return at once.
   *
   * @param server its name
   */
  void heardFrom(ServerName server);
}
