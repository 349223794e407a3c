package org.theseus.itests.container;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;

/** What is not as it should be in a running container. */
final class Components {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final BundleContext context;

  Components(BundleContext context) {
    this.context = context;
  }

  /** Waits until all is well or the time is up; returns what is amiss then. */
  List<String> awaitAllWell() throws InterruptedException {
    Instant end = Instant.now().plus(LIMIT);
    List<String> amiss = amiss();
    while (!amiss.isEmpty() && Instant.now().isBefore(end)) {
      Thread.sleep(50);
      amiss = amiss();
    }
    return amiss;
  }

  private List<String> amiss() {
    List<String> amiss = new ArrayList<>();
    for (Bundle bundle : context.getBundles()) {
      boolean fragment =
          (bundle.adapt(BundleRevision.class).getTypes() & BundleRevision.TYPE_FRAGMENT) != 0;
      if (!fragment && bundle.getState() != Bundle.ACTIVE) {
        amiss.add(bundle.getSymbolicName() + " is not active");
      }
    }
    ServiceReference<ServiceComponentRuntime> reference =
        context.getServiceReference(ServiceComponentRuntime.class);
    if (reference == null) {
      amiss.add("there are no Declarative Services");
      return amiss;
    }
    ServiceComponentRuntime runtime = context.getService(reference);
    for (ComponentDescriptionDTO component : runtime.getComponentDescriptionDTOs()) {
      var configurations = runtime.getComponentConfigurationDTOs(component);
      if (configurations.isEmpty()) {
        amiss.add(component.name + " has no configuration");
      }
      for (ComponentConfigurationDTO configuration : configurations) {
        if (configuration.state != ComponentConfigurationDTO.ACTIVE
            && configuration.state != ComponentConfigurationDTO.SATISFIED) {
          amiss.add(component.name + " " + reason(configuration));
        }
      }
    }
    context.ungetService(reference);
    return amiss;
  }

  private static String reason(ComponentConfigurationDTO configuration) {
    if (configuration.state == ComponentConfigurationDTO.FAILED_ACTIVATION) {
      return "failed: " + configuration.failure;
    }
    return "lacks "
        + Arrays.stream(configuration.unsatisfiedReferences)
            .map(reference -> reference.name + reference.target)
            .toList();
  }
}
