package org.theseus.transport.core;

import java.util.HashSet;
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
import org.theseus.transport.api.Route;

/** Reads the routes that bundles name in their manifests, from installation to uninstallation. */
final class DeclaredRoutes implements BundleTrackerCustomizer<Bundle> {
  private static final Logger LOG = LoggerFactory.getLogger(DeclaredRoutes.class);
  private static final int INSTALLED =
      Bundle.INSTALLED | Bundle.RESOLVED | Bundle.STARTING | Bundle.ACTIVE | Bundle.STOPPING;

  private final RouteTable routes;

  private DeclaredRoutes(RouteTable routes) {
    this.routes = routes;
  }

  /** Makes a tracker that keeps the table up to date while it is open. */
  static BundleTracker<Bundle> tracker(BundleContext context, RouteTable routes) {
    return new BundleTracker<>(context, INSTALLED, new DeclaredRoutes(routes));
  }

  @Override
  public Bundle addingBundle(Bundle bundle, BundleEvent event) {
    routes.declare(bundle, read(bundle));
    return bundle;
  }

  @Override
  public void modifiedBundle(Bundle bundle, BundleEvent event, Bundle same) {
    if (event != null && event.getType() == BundleEvent.UPDATED) {
      routes.declare(bundle, read(bundle));
    }
  }

  @Override
  public void removedBundle(Bundle bundle, BundleEvent event, Bundle same) {
    routes.withdraw(bundle);
  }

  private static Set<RouteKey> read(Bundle bundle) {
    Set<RouteKey> keys = new HashSet<>();
    BundleRevision revision = bundle.adapt(BundleRevision.class);
    if (revision != null) {
      for (BundleCapability capability : revision.getDeclaredCapabilities(Route.NAMESPACE)) {
        Object method = capability.getAttributes().get("method");
        Object path = capability.getAttributes().get("path");
        try {
          keys.add(RouteKey.of(String.valueOf(method), String.valueOf(path)));
        } catch (IllegalArgumentException malformed) {
          LOG.warn("{} names an endpoint without a path: {}", bundle, capability);
        }
      }
    }
    return keys;
  }
}
