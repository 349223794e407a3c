package org.theseus.ops.swap;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.wiring.FrameworkWiring;

/**
 * The bundles that hang on some that are replaced, in the order in which they are stopped: from the
 * listener inwards, so that nothing enters that cannot be finished.
 */
final class Closure {
  /** What the names of our own bundles begin with. */
  static final String OURS = "org.theseus.";

  /** From the outside inwards; an api comes after its implementations, libraries come last. */
  private static final List<String> INWARDS =
      List.of(
          "transport.jetty-server",
          "transport.core",
          "ops",
          "messaging",
          "pdu",
          "transaction",
          "transport",
          "persistence",
          "protocol");

  private Closure() {}

  /** Finds the closure, outermost first. */
  static List<Bundle> of(BundleContext system, Collection<Bundle> replaced) throws SwapException {
    Collection<Bundle> closure =
        system.getBundle().adapt(FrameworkWiring.class).getDependencyClosure(replaced);
    if (closure.contains(system.getBundle())) {
      throw new SwapException("the framework itself hangs on it; that wants a restart");
    }
    return closure.stream()
        .sorted(
            Comparator.comparingInt(Closure::depth)
                .thenComparing(bundle -> bundle.getSymbolicName().endsWith(".api"))
                .thenComparing(Comparator.comparingLong(Bundle::getBundleId).reversed()))
        .toList();
  }

  /** Tells whether a bundle is one that takes requests from outside. */
  static boolean isOutermost(Bundle bundle) {
    return depth(bundle) == 0;
  }

  private static int depth(Bundle bundle) {
    String name = bundle.getSymbolicName();
    if (!name.startsWith(OURS)) {
      return INWARDS.size();
    }
    String module = name.substring(OURS.length());
    for (int i = 0; i < INWARDS.size(); i++) {
      if (module.equals(INWARDS.get(i)) || module.startsWith(INWARDS.get(i) + '.')) {
        return i;
      }
    }
    // A guest, such as a listener of somebody else's: it uses us, not we it.
    return INWARDS.indexOf("ops");
  }
}
