package org.theseus.ops.shell;

import java.time.Duration;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.TransientException;
import org.theseus.support.Awaited;
import org.theseus.transaction.api.Outbox;
import org.theseus.transaction.api.Outbox.DestinationStatus;
import org.theseus.transaction.api.Outbox.TransactionStatus;

/** The commands about other servers; the layer's README tells how they end. */
@Component(
    service = PeerCommands.class,
    property = {
      "osgi.command.scope=theseus",
      "osgi.command.function=destinations",
      "osgi.command.function=retry",
      "osgi.command.function=transactions"
    })
public final class PeerCommands {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Usage DESTINATIONS =
      Usage.of(
          0,
          0,
          """
          destinations [--json]

          Lists the servers this one sends to: whether each is idle, sending, waiting after a
          failure, catching up or held back; how many events wait for it and how many were left for
          it to fetch itself; how many attempts have failed since the last success, when that was,
          when the next attempt is made, and why there is none at once.
          """);
  private static final Usage RETRY =
      Usage.of(
          1,
          1,
          """
          retry DESTINATION [--json]

          Tries to send to a server now, whatever it is waited for, and prints its name; what comes
          of it `destinations` tells. Ends with 1 if nothing was ever sent to it.
          """);
  private static final Usage TRANSACTIONS =
      Usage.of(
              1,
              1,
              """
              transactions DESTINATION [--limit N (default 20)] [--json]

              Lists what went to a server, the newest first: the id of the transaction, whether it is
              under way, was delivered, or was refused, given up or spoilt; when it was made or ended,
              and how many events it holds. Ends with 1 if nothing was ever sent to it.
              """)
          .withFlags("--limit");
  private static final int DEFAULT_LIMIT = 20;

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
          Printed.list(given, all, PrintedPeers::json, PrintedPeers::line);
        });
  }

  /** Tries to send to a server now. */
  public void retry(String... words) throws InterruptedException {
    Command.run(
        RETRY,
        words,
        given -> {
          ServerName name = ServerName.of(given.word(0));
          patience.call("trying", outbox -> retry(outbox, name));
          Printed.id(given, "server", name.value());
        });
  }

  private static CompletionStage<ServerName> retry(Outbox outbox, ServerName name) {
    requireKnown(outbox, name);
    outbox.retry(name);
    return CompletableFuture.completedFuture(name);
  }

  /** Lists what went to a server. */
  public void transactions(String... words) throws InterruptedException {
    Command.run(
        TRANSACTIONS,
        words,
        given -> {
          ServerName name = ServerName.of(given.word(0));
          int limit = given.value("--limit").map(PeerCommands::limit).orElse(DEFAULT_LIMIT);
          List<TransactionStatus> all =
              patience.call("reading", outbox -> read(outbox, name, limit));
          Printed.list(given, all, PrintedPeers::json, PrintedPeers::line);
        });
  }

  private static CompletionStage<List<TransactionStatus>> read(
      Outbox outbox, ServerName name, int limit) {
    List<TransactionStatus> found = outbox.transactions(name, limit);
    if (found.isEmpty()) {
      requireKnown(outbox, name);
    }
    return CompletableFuture.completedFuture(found);
  }

  private static void requireKnown(Outbox outbox, ServerName name) {
    if (outbox.destination(name).isEmpty()) {
      throw new NoSuchElementException("nothing was ever sent to " + name);
    }
  }

  private static int limit(String text) {
    try {
      int limit = Integer.parseInt(text);
      if (limit > 0) {
        return limit;
      }
    } catch (NumberFormatException notOne) {
      // refused below
    }
    throw TRANSACTIONS.error("--limit wants a positive number");
  }

  private static CompletionStage<List<DestinationStatus>> read(Outbox outbox) {
    return CompletableFuture.completedFuture(outbox.destinations());
  }
}
