package org.theseus.transport.core;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Objects;
import org.theseus.protocol.api.ServerName;

/**
 * Whose share a request takes: its client's before it is authenticated, its origin's afterwards.
 *
 * @param id what tells sharers apart
 */
record Sharer(Object id) {
  /** Of an IPv6 address: one customer has all the rest. */
  private static final int PREFIX_BYTES = 8;

  Sharer {
    Objects.requireNonNull(id);
  }

  /** Makes the sharer of a client: an IPv4 address, or the /64 of an IPv6 address. */
  static Sharer of(InetAddress client) {
    return new Sharer(client instanceof Inet6Address ? prefix(client.getAddress()) : client);
  }

  static Sharer of(ServerName origin) {
    return new Sharer(origin);
  }

  private static InetAddress prefix(byte[] address) {
    Arrays.fill(address, PREFIX_BYTES, address.length, (byte) 0);
    try {
      return InetAddress.getByAddress(address);
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
