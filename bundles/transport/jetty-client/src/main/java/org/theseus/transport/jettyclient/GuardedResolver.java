package org.theseus.transport.jettyclient;

import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.jetty.client.Destination;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.SocketAddressResolver;

/**
 * Hands out the addresses that were found beforehand, without those that are refused. Nothing is
 * looked up again, so that no second answer of the DNS can slip in. The addresses carry the name
 * that the certificate must be valid for, which is what TLS checks and asks for.
 */
final class GuardedResolver implements SocketAddressResolver {
  private final boolean allowsPrivate;
  private final DeadAddresses dead;

  /**
   * What tells one pool of connections from another.
   *
   * @param addresses in the order of who asked first
   */
  record Pool(String certificateName, Set<InetSocketAddress> addresses) {}

  GuardedResolver(boolean allowsPrivate, DeadAddresses dead) {
    this.allowsPrivate = allowsPrivate;
    this.dead = dead;
  }

  @Override
  public void resolve(
      String host,
      int port,
      Map<String, Object> context,
      Promise<List<InetSocketAddress>> promise) {
    Destination destination = (Destination) context.get(Destination.CONTEXT_KEY);
    List<InetSocketAddress> allowed = allowed((Pool) destination.getOrigin().getTag());
    if (allowed.isEmpty()) {
      promise.failed(new ConnectException("private addresses are refused"));
    } else {
      promise.succeeded(dead.last(allowed));
    }
  }

  private List<InetSocketAddress> allowed(Pool pool) {
    List<InetSocketAddress> allowed = new ArrayList<>();
    for (InetSocketAddress address : pool.addresses()) {
      if (allowsPrivate || Addresses.isPublic(address.getAddress())) {
        allowed.add(named(pool.certificateName(), address));
      }
    }
    return allowed;
  }

  private static InetSocketAddress named(String name, InetSocketAddress address) {
    try {
      byte[] bytes = address.getAddress().getAddress();
      return new InetSocketAddress(InetAddress.getByAddress(name, bytes), address.getPort());
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
