package org.theseus.transport.jettyclient;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.eclipse.jetty.client.Destination;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.SocketAddressResolver;

/**
 * Finds the addresses of a host and leaves out those that are refused. The connection is made to
 * what is found here, so that no second answer of the DNS can slip in. The addresses carry the name
 * that the certificate must be valid for, which is what TLS checks and asks for.
 */
final class GuardedResolver implements SocketAddressResolver {
  private final Executor executor;
  private final boolean allowsPrivate;

  GuardedResolver(Executor executor, boolean allowsPrivate) {
    this.executor = executor;
    this.allowsPrivate = allowsPrivate;
  }

  @Override
  public void resolve(
      String host,
      int port,
      Map<String, Object> context,
      Promise<List<InetSocketAddress>> promise) {
    String name =
        (String) ((Destination) context.get(Destination.CONTEXT_KEY)).getOrigin().getTag();
    executor.execute(
        () -> {
          try {
            promise.succeeded(resolve(host, port, name));
          } catch (IOException | RuntimeException failure) {
            promise.failed(failure);
          }
        });
  }

  private List<InetSocketAddress> resolve(String host, int port, String name) throws IOException {
    List<InetSocketAddress> found = new ArrayList<>();
    for (InetAddress address : InetAddress.getAllByName(host)) {
      if (allowsPrivate || Addresses.isPublic(address)) {
        found.add(
            new InetSocketAddress(InetAddress.getByAddress(name, address.getAddress()), port));
      }
    }
    if (found.isEmpty()) {
      throw new ConnectException("private addresses are refused");
    }
    return found;
  }
}
