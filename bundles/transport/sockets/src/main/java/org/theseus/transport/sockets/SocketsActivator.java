package org.theseus.transport.sockets;

import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.Collection;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.osgi.annotation.bundle.Header;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;

/**
 * Offers the kept sockets as a {@code Function<SocketAddress, ServerSocketChannel>} with the
 * property {@value #PROPERTY}. The sockets themselves stay in a map that belongs to the system
 * bundle, so they outlive this bundle's own update. Only types of the JDK are shared, and only the
 * framework is imported: no refresh of another bundle ever reaches this one.
 */
@Header(name = Constants.BUNDLE_ACTIVATOR, value = "${@class}")
public final class SocketsActivator implements BundleActivator {
  static final String PROPERTY = "org.theseus.sockets";
  private static final String KEPT = PROPERTY + ".kept";

  private KeptSockets sockets;

  /** Is made by the framework. */
  public SocketsActivator() {}

  @Override
  public void start(BundleContext context) throws InvalidSyntaxException {
    sockets =
        new KeptSockets(
            kept(context.getBundle(0).getBundleContext()),
            new HandedSocket(System::inheritedChannel));
    context.registerService(Function.class, sockets, property(PROPERTY));
  }

  @Override
  public void stop(BundleContext context) {
    if (context.getBundle(0).getState() == Bundle.STOPPING) {
      sockets.close();
    }
  }

  @SuppressWarnings("unchecked") // Nobody else uses this property.
  private static Map<SocketAddress, ServerSocketChannel> kept(BundleContext system)
      throws InvalidSyntaxException {
    @SuppressWarnings("rawtypes")
    Collection<ServiceReference<Map>> earlier =
        system.getServiceReferences(Map.class, "(" + KEPT + "=true)");
    if (!earlier.isEmpty()) {
      return system.getService(earlier.iterator().next());
    }
    Map<SocketAddress, ServerSocketChannel> kept = new HashMap<>();
    system.registerService(Map.class, kept, property(KEPT));
    return kept;
  }

  private static Dictionary<String, Object> property(String name) {
    return FrameworkUtil.asDictionary(Map.of(name, true));
  }
}
