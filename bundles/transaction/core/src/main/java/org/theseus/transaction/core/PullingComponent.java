package org.theseus.transaction.core;

import java.time.Clock;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.theseus.persistence.api.Database;
import org.theseus.transaction.api.PduReceiver;
import org.theseus.transaction.core.pull.Pulling;
import org.theseus.transport.api.FederationClient;

/** Asks for what was missed, as a component; {@link Pulling} does the work. */
@Component(
    service = {},
    immediate = true)
public final class PullingComponent {
  private final Pulling pulling;

  /** Begins, if this is a new run of the container, or goes on. */
  @Activate
  public PullingComponent(
      BundleContext context,
      @Reference(policyOption = ReferencePolicyOption.GREEDY) Database database,
      @Reference(policyOption = ReferencePolicyOption.GREEDY) FederationClient client,
      @Reference(policyOption = ReferencePolicyOption.GREEDY) PduReceiver receiver) {
    pulling = new Pulling(database, client, receiver, Clock.systemUTC());
    pulling.start(context.getProperty(Constants.FRAMEWORK_UUID));
  }

  /** Drains. */
  @Deactivate
  void stop() {
    pulling.stop();
  }
}
