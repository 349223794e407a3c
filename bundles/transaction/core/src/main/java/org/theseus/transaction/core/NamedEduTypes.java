package org.theseus.transaction.core;

import java.util.Arrays;
import java.util.function.Predicate;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.wiring.BundleRevision;
import org.theseus.transaction.api.EduHandler;

/**
 * Tells which EDU types the installed bundles name in their manifests, whether their handlers are
 * there or not.
 */
final class NamedEduTypes implements Predicate<String> {
  private final BundleContext context;

  NamedEduTypes(BundleContext context) {
    this.context = context;
  }

  @Override
  public boolean test(String type) {
    return Arrays.stream(context.getBundles()).anyMatch(bundle -> names(bundle, type));
  }

  private static boolean names(Bundle bundle, String type) {
    BundleRevision revision = bundle.adapt(BundleRevision.class);
    return revision != null
        && revision.getDeclaredCapabilities(EduHandler.NAMESPACE).stream()
            .anyMatch(capability -> type.equals(capability.getAttributes().get("type")));
  }
}
