package org.theseus.transaction.core;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.theseus.persistence.api.Database;
import org.theseus.protocol.api.Edu;
import org.theseus.protocol.api.JsonReader;
import org.theseus.protocol.api.ServerName;
import org.theseus.support.Backoff;
import org.theseus.transaction.api.DestinationPolicy;
import org.theseus.transaction.api.Outbox;
import org.theseus.transaction.core.outbox.Sending;
import org.theseus.transaction.core.policy.Policies;
import org.theseus.transport.api.FederationClient;
import org.theseus.transport.api.LocalServer;
import org.theseus.transport.api.PeerListener;

/** The outbox as a component; {@link Sending} does the work. */
@Component(
    service = {Outbox.class, PeerListener.class},
    immediate = true)
public final class OutboxComponent implements Outbox, PeerListener {
  /** How sending is to be done. */
  @interface Config {
    /** The wait after the first failure, in milliseconds. */
    long firstBackoffMillis() default 1_000;

    /** The longest wait between two attempts, in seconds. */
    long longestBackoffSeconds() default 600;
  }

  private final Policies policies = new Policies();
  private final Sending sending;
  private final String run;

  /** Makes an outbox that does not send yet. */
  @Activate
  public OutboxComponent(
      BundleContext context,
      Config config,
      @Reference(policyOption = ReferencePolicyOption.GREEDY) Database database,
      @Reference(policyOption = ReferencePolicyOption.GREEDY) FederationClient client,
      @Reference(policyOption = ReferencePolicyOption.GREEDY) LocalServer server,
      @Reference(policyOption = ReferencePolicyOption.GREEDY) JsonReader json) {
    Backoff backoff =
        new Backoff(
            Duration.ofMillis(config.firstBackoffMillis()),
            Duration.ofSeconds(config.longestBackoffSeconds()));
    sending =
        new Sending(database, client, server.name(), json, backoff, policies, Clock.systemUTC());
    run = context.getProperty(Constants.FRAMEWORK_UUID);
  }

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  void addPolicy(DestinationPolicy policy) {
    policies.add(policy);
    sending.reconsider();
  }

  void removePolicy(DestinationPolicy policy) {
    policies.remove(policy);
    sending.reconsider();
  }

  /** Goes on with what the store holds, heeding the policies that are there. */
  @Activate
  void start() {
    sending.start(run);
  }

  /** Drains. */
  @Deactivate
  void stop() {
    sending.stop();
  }

  @Override
  public void wake(Set<ServerName> destinations) {
    sending.wake(destinations);
  }

  @Override
  public void send(Set<ServerName> destinations, Edu edu) {
    sending.send(destinations, edu);
  }

  @Override
  public List<DestinationStatus> destinations() {
    return sending.destinations();
  }

  @Override
  public Optional<DestinationStatus> destination(ServerName server) {
    return sending.destination(server);
  }

  @Override
  public void retry(ServerName destination) {
    sending.retry(destination);
  }

  @Override
  public List<TransactionStatus> transactions(ServerName destination, int limit) {
    return sending.transactions(destination, limit);
  }

  @Override
  public void heardFrom(ServerName server) {
    sending.heardFrom(server);
  }
}
