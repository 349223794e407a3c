package org.theseus.ops.shell;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.theseus.protocol.api.TransientException;
import org.theseus.support.Awaited;
import org.theseus.transaction.api.Outbox;
import org.theseus.transaction.api.Outbox.DestinationStatus;

/** The commands about other servers; the layer's README tells how they end. */
@Component(
    service = PeerCommands.class,
    property = {"osgi.command.scope=theseus", "osgi.command.function=destinations"})
public final class PeerCommands {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Usage DESTINATIONS =
      Usage.of(
          0,
          0,
          """
          destinations [--json]

          Lists the servers this one sends to: how many events wait for each, how many attempts have
          failed since the last success, when that was, when the next attempt is made, and what went
          wrong last.
          """);

  private final Awaited<Outbox> outbox = new Awaited<>();
  private final Patience<Outbox> patience;

  /** Makes commands that wait for 20 s. */
  @Activate
  public PeerCommands() {
    this(PATIENCE);
  }

  PeerCommands(Duration limit) {
    this.patience = new Patience<>(outbox, limit, "the transaction layer");
  }

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bind(Outbox arrived) {
    outbox.come(arrived);
  }

  void unbind(Outbox gone) {
    outbox.go(gone);
  }

  /** Ends commands that wait. */
  @Deactivate
  public void close() {
    outbox.close(new TransientException("the shell is being replaced; try again"));
  }

  /** Lists the servers this one sends to. */
  public void destinations(String... words) throws InterruptedException {
    Command.run(
        DESTINATIONS,
        words,
        given -> {
          List<DestinationStatus> all = patience.call("reading", PeerCommands::read);
          Printed.list(given, all, Printed::json, Printed::line);
        });
  }

  private static CompletionStage<List<DestinationStatus>> read(Outbox outbox) {
    return CompletableFuture.completedFuture(outbox.destinations());
  }
}
