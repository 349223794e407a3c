package org.theseus.transport.jettyserver;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
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
 * it is told to accept, or until the other one goes; while another process has it, it tries again.
 * It gives the socket up only when its configuration is deleted, or names another address and that
 * one is bound. Changes are guarded by {@link #changes}.
 */
@Component(
    configurationPid = "org.theseus.transport.jettyserver.JettyListener",
    configurationPolicy = ConfigurationPolicy.REQUIRE,
    immediate = true,
    service = {})
public final class JettyListener {
  private static final Logger LOG = LoggerFactory.getLogger(JettyListener.class);
  private static final int PLACES_PER_ADDRESS = 1000;
  private static final Duration AGAIN = Duration.ofSeconds(2);

  /**
   * A server as others find it.
   *
   * @param others is told of other listeners on its address
   */
  private record Standing(
      Settings settings,
      HttpsServer server,
      ServiceListener others,
      ServiceRegistration<Listener> registration,
      ServiceRegistration<Status> status) {}

  /** A server that waits for its address, which is not that of the one that stands. */
  private record Move(Settings settings, HttpsServer server) {}

  /** The servers of all listeners of this bundle. */
  private static final Set<HttpsServer> SERVERS = ConcurrentHashMap.newKeySet();

  private final BundleContext context;
  private final ScheduledExecutorService timer = Threads.scheduler("jetty-server-timer");
  private final Dispatcher dispatcher = new Dispatcher(PLACES_PER_ADDRESS, timer);
  private final ThreadPoolExecutor mover = Threads.pool("jetty-server-move", 1);
  private final Object changes = new Object();
  private final Settings first;
  private ScheduledFuture<?> trying;
  private volatile Standing current;
  private volatile Move move;
  private volatile boolean refused;

  /** Another listener was there when last looked; that it goes may have been told before that. */
  private volatile boolean waiting;

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
    this.first = ListenerConfigs.settings(config);
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
    acceptIfAlone(current, null);
  }

  void unbindSockets(Function<SocketAddress, ServerSocketChannel> keeper) {
    if (sockets == keeper) {
      sockets = null;
    }
  }

  @Activate
  void start() throws Exception {
    current = begin(first, prepared(first));
    acceptIfAlone(current, null);
    trying =
        timer.scheduleWithFixedDelay(
            this::tryAgain, AGAIN.toMillis(), AGAIN.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Modified
  void modified(ListenerConfig config) throws InvalidSyntaxException {
    synchronized (changes) {
      dropMove();
      InetSocketAddress address = current.settings.address();
      Settings changed;
      HttpsServer next;
      try {
        changed = ListenerConfigs.settings(config);
        next = prepared(changed);
      } catch (Exception unusable) {
        LOG.error("The listener on {} goes on as before", address, unusable);
        return;
      }
      if (changed.isBeside(current.settings)) {
        move = new Move(changed, next);
        finish(move, true);
      } else {
        end(current, !changed.address().equals(address));
        current = begin(changed, next);
        acceptIfAlone(current, null);
      }
    }
  }

  @Deactivate
  void stop(int reason) {
    if (reason == ComponentConstants.DEACTIVATION_REASON_BUNDLE_STOPPED) {
      // All will be told, but each only when the one before has stopped: let them leave together.
      SERVERS.forEach(HttpsServer::leave);
    }
    trying.cancel(false);
    synchronized (changes) {
      dropMove();
      end(current, reason == ComponentConstants.DEACTIVATION_REASON_CONFIGURATION_DELETED);
      current = null;
    }
    timer.shutdownNow();
    mover.shutdownNow();
  }

  /** What somebody else had may be free by now. */
  private void tryAgain() {
    Move open = move;
    if (open != null) {
      // Not here: a server that stops needs this thread.
      mover.execute(() -> tryAgain(open));
    } else if (refused || waiting) {
      acceptIfAlone(current, null);
    }
  }

  private void tryAgain(Move open) {
    synchronized (changes) {
      if (open.equals(move)) {
        try {
          finish(open, false);
        } catch (InvalidSyntaxException impossible) {
          throw new IllegalStateException(impossible);
        }
      }
    }
  }

  /** Takes the new address, and only then gives the old one up. */
  private void finish(Move open, boolean isFirst) throws InvalidSyntaxException {
    try {
      if (hasOthers(open.settings, reference -> true)) {
        throw new IOException("another listener has it");
      }
      open.server.accept();
    } catch (IOException failure) {
      if (isFirst) {
        LOG.error(
            "Cannot accept connections on {}, which is tried again; {} stays meanwhile",
            open.settings.address(),
            current.settings.address(),
            failure);
      }
      return;
    }
    Standing old = current;
    move = null;
    refused = false;
    waiting = false;
    current = begin(open.settings, open.server);
    end(old, true);
  }

  private void dropMove() {
    Move dropped = move;
    move = null;
    if (dropped != null) {
      dropped.server.stop();
    }
  }

  /** Starts a server that does not accept yet; what is wrong with its settings shows here. */
  private HttpsServer prepared(Settings told) throws Exception {
    HttpsServer made = new HttpsServer(told, this::socket, dispatcher, timer);
    made.start();
    return made;
  }

  private Standing begin(Settings settings, HttpsServer server) throws InvalidSyntaxException {
    ServiceListener others = this::otherChanged;
    context.addServiceListener(others, sameAddress(settings));
    SERVERS.add(server);
    return new Standing(
        settings,
        server,
        others,
        context.registerService(
            Listener.class,
            server,
            FrameworkUtil.asDictionary(Map.of(Listener.ADDRESS, settings.address().toString()))),
        context.registerService(
            Status.class, new ListenerStatus(settings.address(), server, dispatcher), null));
  }

  private void end(Standing ending, boolean givesSocketUp) {
    context.removeServiceListener(ending.others);
    ending.server.stop();
    SERVERS.remove(ending.server);
    ending.registration.unregister();
    ending.status.unregister();
    if (givesSocketUp) {
      ending.server.closeSocket();
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
      acceptIfAlone(current, event.getServiceReference());
    }
  }

  /** Accepts unless a listener for the same address stands beside this one. */
  private void acceptIfAlone(Standing standing, ServiceReference<?> going) {
    if (standing == null || sockets == null) {
      return;
    }
    boolean isFirst = !refused;
    boolean waited = waiting;
    refused = false;
    waiting = false;
    try {
      ServiceReference<Listener> own = standing.registration.getReference();
      if (hasOthers(standing.settings, other -> !other.equals(going) && !other.equals(own))) {
        waiting = true;
        if (!waited) {
          LOG.info("Another listener has {}; waiting for it", standing.settings.address());
        }
        return;
      }
      standing.server.accept();
    } catch (IOException | InvalidSyntaxException | IllegalStateException failure) {
      refused = true;
      if (isFirst) {
        LOG.error(
            "Cannot accept connections on {}, which is tried again",
            standing.settings.address(),
            failure);
      }
    }
  }

  private boolean hasOthers(Settings settings, Predicate<ServiceReference<Listener>> counts)
      throws InvalidSyntaxException {
    return context.getServiceReferences(Listener.class, sameAddress(settings)).stream()
        .anyMatch(counts);
  }

  private static String sameAddress(Settings settings) {
    return "(" + Listener.ADDRESS + "=" + settings.address() + ")";
  }
}
