package org.theseus.transport.core;

import java.net.InetAddress;
import java.util.Objects;
import org.theseus.protocol.api.ServerName;
import org.theseus.support.Clients;

/**
 * Whose share a request takes: its client's before it is authenticated, its origin's afterwards.
 *
 * @param id what tells sharers apart
 */
record Sharer(Object id) {
  /** Of an IPv6 address: one customer has all the rest. */
  Sharer {
    Objects.requireNonNull(id);
  }

  /** Makes the sharer of a client: an IPv4 address, or the /64 of an IPv6 address. */
  static Sharer of(InetAddress client) {
    return new Sharer(Clients.share(client));
  }

  static Sharer of(ServerName origin) {
    return new Sharer(origin);
  }
}
