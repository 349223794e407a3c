package org.theseus.transport.jettyserver;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceListener;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.ComponentConstants;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.theseus.protocol.api.Status;
import org.theseus.protocol.api.TransientException;
import org.theseus.support.Threads;
import org.theseus.transport.api.Listener;
import org.theseus.transport.api.RequestHandler;

/**
 * A listener for each factory configuration. While another listener has its address it waits until
 * it is told to accept, or until the other one goes. It gives the socket up only when its
 * configuration is deleted or names another address.
 */
@Component(
    configurationPid = "org.theseus.transport.jettyserver.JettyListener",
    configurationPolicy = ConfigurationPolicy.REQUIRE,
    immediate = true,
    service = {})
public final class JettyListener {
  private static final Logger LOG = LoggerFactory.getLogger(JettyListener.class);
  private static final int PLACES_PER_ADDRESS = 1000;

  private final BundleContext context;
  private final ScheduledExecutorService timer = Threads.scheduler("jetty-server-timer");
  private final Dispatcher dispatcher = new Dispatcher(PLACES_PER_ADDRESS, timer);
  private final ServiceListener others = this::otherChanged;
  private volatile Settings settings;
  private volatile HttpsServer server;
  private volatile ServiceRegistration<Listener> registration;
  private volatile ServiceRegistration<Status> status;
  private volatile Function<SocketAddress, ServerSocketChannel> sockets;

  /**
   * Is made by the component runtime.
   *
   * @param context finds other listeners
   * @param config the configuration
   */
  @Activate
  public JettyListener(BundleContext context, ListenerConfig config) {
    this.context = context;
    this.settings = ListenerConfigs.settings(config);
  }

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bindHandler(RequestHandler handler) {
    dispatcher.bind(handler);
  }

  void unbindHandler(RequestHandler handler) {
    dispatcher.unbind(handler);
  }

  /** The sockets' keeper may be replaced too; it is needed only to begin. */
  @Reference(
      target = "(org.theseus.sockets=true)",
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bindSockets(Function<SocketAddress, ServerSocketChannel> keeper) {
    sockets = keeper;
    acceptIfAlone(null);
  }

  void unbindSockets(Function<SocketAddress, ServerSocketChannel> keeper) {
    if (sockets == keeper) {
      sockets = null;
    }
  }

  @Activate
  void start() throws Exception {
    begin(prepared(settings));
  }

  @Modified
  void modified(ListenerConfig config) throws InvalidSyntaxException {
    Settings changed;
    HttpsServer next;
    try {
      changed = ListenerConfigs.settings(config);
      next = prepared(changed);
    } catch (Exception unusable) {
      LOG.error("The listener on {} goes on as before", settings.address(), unusable);
      return;
    }
    end(!changed.address().equals(settings.address()));
    settings = changed;
    begin(next);
  }

  @Deactivate
  void stop(int reason) {
    end(reason == ComponentConstants.DEACTIVATION_REASON_CONFIGURATION_DELETED);
    timer.shutdownNow();
  }

  /** Starts a server that does not accept yet; what is wrong with its settings shows here. */
  private HttpsServer prepared(Settings told) throws Exception {
    HttpsServer made = new HttpsServer(told, this::socket, dispatcher, timer);
    made.start();
    return made;
  }

  private void begin(HttpsServer next) throws InvalidSyntaxException {
    context.addServiceListener(others, sameAddress());
    registration =
        context.registerService(
            Listener.class,
            next,
            FrameworkUtil.asDictionary(Map.of(Listener.ADDRESS, settings.address().toString())));
    status =
        context.registerService(
            Status.class, new ListenerStatus(settings.address(), next, dispatcher), null);
    server = next;
    acceptIfAlone(null);
  }

  private void end(boolean givesSocketUp) {
    HttpsServer stopping = server;
    server = null;
    context.removeServiceListener(others);
    stopping.stop();
    registration.unregister();
    status.unregister();
    if (givesSocketUp) {
      stopping.closeSocket();
    }
  }

  private ServerSocketChannel socket(SocketAddress address) {
    Function<SocketAddress, ServerSocketChannel> keeper = sockets;
    if (keeper == null) {
      throw new TransientException("nobody keeps sockets now");
    }
    return keeper.apply(address);
  }

  private void otherChanged(ServiceEvent event) {
    if (event.getType() == ServiceEvent.UNREGISTERING) {
      acceptIfAlone(event.getServiceReference());
    }
  }

  /** Accepts unless a listener for the same address stands beside this one. */
  private void acceptIfAlone(ServiceReference<?> going) {
    HttpsServer accepting = server;
    if (accepting == null || sockets == null) {
      return;
    }
    try {
      for (ServiceReference<Listener> other :
          context.getServiceReferences(Listener.class, sameAddress())) {
        if (!other.equals(going) && !other.equals(registration.getReference())) {
          LOG.info("Another listener has {}; waiting for it", settings.address());
          return;
        }
      }
      accepting.accept();
    } catch (IOException | InvalidSyntaxException failure) {
      LOG.error("Cannot accept connections on {}", settings.address(), failure);
    }
  }

  private String sameAddress() {
    return "(" + Listener.ADDRESS + "=" + settings.address() + ")";
  }
}
