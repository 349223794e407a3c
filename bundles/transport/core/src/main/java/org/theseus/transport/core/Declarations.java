package org.theseus.transport.core;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.util.tracker.BundleTracker;
import org.osgi.util.tracker.BundleTrackerCustomizer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.theseus.transport.api.RequestFilter;
import org.theseus.transport.api.Route;

/**
 * Reads the routes and filters that bundles name in their manifests, from installation to
 * uninstallation.
 */
final class Declarations implements BundleTrackerCustomizer<Bundle> {
  private static final Logger LOG = LoggerFactory.getLogger(Declarations.class);
  private static final int INSTALLED =
      Bundle.INSTALLED | Bundle.RESOLVED | Bundle.STARTING | Bundle.ACTIVE | Bundle.STOPPING;

  private final Dispatcher dispatcher;

  private Declarations(Dispatcher dispatcher) {
    this.dispatcher = dispatcher;
  }

  /** Makes a tracker that keeps a dispatcher up to date while it is open. */
  static BundleTracker<Bundle> tracker(BundleContext context, Dispatcher dispatcher) {
    return new BundleTracker<>(context, INSTALLED, new Declarations(dispatcher));
  }

  @Override
  public Bundle addingBundle(Bundle bundle, BundleEvent event) {
    read(bundle);
    return bundle;
  }

  @Override
  public void modifiedBundle(Bundle bundle, BundleEvent event, Bundle same) {
    if (event != null && event.getType() == BundleEvent.UPDATED) {
      read(bundle);
    }
  }

  @Override
  public void removedBundle(Bundle bundle, BundleEvent event, Bundle same) {
    dispatcher.withdraw(bundle);
  }

  private void read(Bundle bundle) {
    dispatcher.declare(bundle, routes(bundle), filters(bundle));
  }

  private static Set<RouteKey> routes(Bundle bundle) {
    Set<RouteKey> keys = new HashSet<>();
    for (BundleCapability capability : capabilities(bundle, Route.NAMESPACE)) {
      Object method = capability.getAttributes().get("method");
      Object path = capability.getAttributes().get("path");
      try {
        keys.add(RouteKey.of(String.valueOf(method), String.valueOf(path)));
      } catch (IllegalArgumentException malformed) {
        LOG.warn("{} names an endpoint without a path: {}", bundle, capability);
      }
    }
    return keys;
  }

  private static Set<String> filters(Bundle bundle) {
    Set<String> names = new HashSet<>();
    for (BundleCapability capability : capabilities(bundle, RequestFilter.NAMESPACE)) {
      if (capability.getAttributes().get("name") instanceof String name) {
        names.add(name);
      } else {
        LOG.warn("{} names a filter without a name: {}", bundle, capability);
      }
    }
    return names;
  }

  private static List<BundleCapability> capabilities(Bundle bundle, String namespace) {
    BundleRevision revision = bundle.adapt(BundleRevision.class);
    return revision == null ? List.of() : revision.getDeclaredCapabilities(namespace);
  }
}
