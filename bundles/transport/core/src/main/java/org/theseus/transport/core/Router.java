package org.theseus.transport.core;

import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.util.tracker.BundleTracker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonReader;
import org.theseus.protocol.api.SignedJson;
import org.theseus.protocol.api.Status;
import org.theseus.support.Threads;
import org.theseus.transport.api.Endpoint;
import org.theseus.transport.api.Exchange;
import org.theseus.transport.api.KeyRing;
import org.theseus.transport.api.LocalServer;
import org.theseus.transport.api.PeerListener;
import org.theseus.transport.api.RequestFilter;
import org.theseus.transport.api.RequestHandler;

/**
 * The edge where requests come in: everything behind it may come and go. The shell that ties a
 * {@link Dispatcher} to the services and bundles there are.
 */
@Component(
    service = {RequestHandler.class, Status.class},
    immediate = true)
public final class Router implements RequestHandler, Status {
  private static final Logger LOG = LoggerFactory.getLogger(Router.class);
  private static final int THREADS = 16;

  private final ThreadPoolExecutor pool = Threads.pool("transport-core", THREADS);
  private final ScheduledExecutorService timer = Threads.scheduler("transport-core-timer");
  private final Dispatcher dispatcher =
      new Dispatcher(
          pool,
          (nanos, task) -> timer.schedule(task, nanos, TimeUnit.NANOSECONDS),
          System::nanoTime,
          System::currentTimeMillis);
  private final BundleTracker<Bundle> declared;

  /**
   * Begins to read what bundles name.
   *
   * @param context our bundle's context
   */
  @Activate
  public Router(BundleContext context) {
    declared = Declarations.tracker(context, dispatcher);
    declared.open();
  }

  @Override
  public void handle(Exchange exchange) {
    dispatcher.handle(exchange);
  }

  @Override
  public String name() {
    return "router";
  }

  @Override
  public JsonObject report() {
    return dispatcher.report();
  }

  /** Hands back what is not inside an endpoint and finishes what is, within five seconds. */
  @Deactivate
  void stop() {
    dispatcher.stop();
    declared.close();
    timer.shutdownNow();
    pool.shutdown();
  }

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  void bindEndpoint(Endpoint endpoint, Map<String, Object> properties) {
    try {
      dispatcher.add(new BoundEndpoint(endpoint, ranking(properties), id(properties)));
    } catch (RuntimeException odd) {
      LOG.warn("an endpoint names no usable route and is not served: {}", properties, odd);
    }
  }

  /** Waits for the calls inside the endpoint: SCR calls this before its provider is deactivated. */
  void unbindEndpoint(Endpoint endpoint) {
    dispatcher.remove(endpoint);
  }

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  void bindRequestFilter(RequestFilter filter, Map<String, Object> properties) {
    dispatcher.add(new BoundFilter(filter, ranking(properties), id(properties)));
  }

  /** Waits for the calls inside the filter. */
  void unbindRequestFilter(RequestFilter filter) {
    dispatcher.remove(filter);
  }

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bindKeyRing(KeyRing there) {
    dispatcher.services(services -> services.with(there));
  }

  void unbindKeyRing(KeyRing gone) {
    dispatcher.services(services -> services.without(gone));
  }

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bindLocalServer(LocalServer there) {
    dispatcher.services(services -> services.with(there));
  }

  void unbindLocalServer(LocalServer gone) {
    dispatcher.services(services -> services.without(gone));
  }

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bindJsonReader(JsonReader there) {
    dispatcher.services(services -> services.with(there));
  }

  void unbindJsonReader(JsonReader gone) {
    dispatcher.services(services -> services.without(gone));
  }

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bindSignedJson(SignedJson there) {
    dispatcher.services(services -> services.with(there));
  }

  void unbindSignedJson(SignedJson gone) {
    dispatcher.services(services -> services.without(gone));
  }

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  void bindPeerListener(PeerListener listener) {
    dispatcher.peerListeners().add(listener);
  }

  void unbindPeerListener(PeerListener listener) {
    dispatcher.peerListeners().remove(listener);
  }

  private static int ranking(Map<String, Object> properties) {
    return properties.get(Constants.SERVICE_RANKING) instanceof Integer rank ? rank : 0;
  }

  private static long id(Map<String, Object> properties) {
    return (Long) properties.get(Constants.SERVICE_ID);
  }
}
