package org.theseus.ops.swap;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;

/**
 * Asks the component runtime which components have all they need. It is looked up each time, as it
 * may itself be replaced.
 */
final class Components {
  private final BundleContext context;

  Components(BundleContext context) {
    this.context = context;
  }

  /**
   * How many configurations of each component are satisfied, those with none included. Two
   * generations of a bundle are told apart: one of them may be about to go for good.
   */
  Map<String, Integer> satisfied() {
    Map<String, Integer> counts = new TreeMap<>();
    ServiceReference<ServiceComponentRuntime> reference =
        context.getServiceReference(ServiceComponentRuntime.class);
    ServiceComponentRuntime runtime = reference == null ? null : context.getService(reference);
    if (runtime == null) {
      return counts;
    }
    try {
      for (ComponentDescriptionDTO component : runtime.getComponentDescriptionDTOs()) {
        int satisfied = 0;
        for (ComponentConfigurationDTO configured :
            runtime.getComponentConfigurationDTOs(component)) {
          if (configured.state == ComponentConfigurationDTO.SATISFIED
              || configured.state == ComponentConfigurationDTO.ACTIVE) {
            satisfied++;
          }
        }
        counts.merge(key(component), satisfied, Integer::sum);
      }
      return counts;
    } finally {
      context.ungetService(reference);
    }
  }

  private static String key(ComponentDescriptionDTO component) {
    return component.bundle.symbolicName + " [" + component.bundle.id + "]/" + component.name;
  }

  /**
   * Finds a component that is not back yet. One that its bundle no longer has is not missed.
   *
   * @param before what was satisfied
   * @return its bundle and name, or empty if all are back
   */
  Optional<String> missing(Map<String, Integer> before) {
    Map<String, Integer> now = satisfied();
    if (now.isEmpty() && !before.isEmpty()) {
      return Optional.of("the component runtime");
    }
    return before.entrySet().stream()
        .filter(entry -> now.getOrDefault(entry.getKey(), entry.getValue()) < entry.getValue())
        .map(Map.Entry::getKey)
        .findFirst();
  }
}
