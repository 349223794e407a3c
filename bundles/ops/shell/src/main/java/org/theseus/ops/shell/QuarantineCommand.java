package org.theseus.ops.shell;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.theseus.pdu.api.Quarantine;
import org.theseus.pdu.api.Quarantine.SetAside;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.TransientException;
import org.theseus.support.Awaited;

/** Shows what was set aside; the layer's README tells how commands end. */
@Component(
    service = QuarantineCommand.class,
    property = {"osgi.command.scope=theseus", "osgi.command.function=quarantine"})
public final class QuarantineCommand {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int MOST = 1_000;
  private static final String RETRY = "retry";
  private static final Usage QUARANTINE =
      Usage.of(
          0,
          2,
          """
          quarantine [retry EVENT] [--json]

          Lists the received events that were set aside because processing them failed again and
          again: id, room, the server that sent it, when it came, what went wrong. Or has one of
          them tried once more, and prints its id.
          """);

  private final Awaited<Quarantine> quarantine = new Awaited<>();
  private final Patience<Quarantine> patience;

  /** Makes a command that waits for 20 s. */
  @Activate
  public QuarantineCommand() {
    this(PATIENCE);
  }

  QuarantineCommand(Duration limit) {
    this.patience = new Patience<>(quarantine, limit, "the PDU layer");
  }

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bind(Quarantine arrived) {
    quarantine.come(arrived);
  }

  void unbind(Quarantine gone) {
    quarantine.go(gone);
  }

  /** Ends commands that wait. */
  @Deactivate
  public void close() {
    quarantine.close(new TransientException("the shell is being replaced; try again"));
  }

  /** Lists what is set aside, or has one event tried once more. */
  public void quarantine(String... words) throws InterruptedException {
    Command.run(
        QUARANTINE,
        words,
        given -> {
          if (given.count() == 0) {
            list(given);
          } else if (given.count() == 2 && given.word(0).equals(RETRY)) {
            retry(given, EventId.of(given.word(1)));
          } else {
            throw QUARANTINE.error("either nothing or 'retry EVENT' is needed");
          }
        });
  }

  private void list(Arguments given) throws InterruptedException {
    List<SetAside> all =
        patience.call("reading", it -> CompletableFuture.completedFuture(it.list(MOST)));
    Printed.list(given, all, QuarantineCommand::json, QuarantineCommand::line);
  }

  private void retry(Arguments given, EventId event) throws InterruptedException {
    boolean found =
        patience.call("reading", it -> CompletableFuture.completedFuture(it.retry(event)));
    if (!found) {
      throw new NoSuchElementException(event + " is not in quarantine");
    }
    Printed.id(given, "event_id", event.value());
  }

  private static JsonObject json(SetAside aside) {
    return JsonObject.builder()
        .put("event_id", aside.event().value())
        .put("room_id", aside.room().value())
        .put("origin", aside.origin().value())
        .put("received_ts", aside.receivedTs())
        .put("reason", aside.reason())
        .build();
  }

  private static String line(SetAside aside) {
    return aside.event()
        + " "
        + aside.room()
        + " from "
        + aside.origin()
        + " at "
        + Instant.ofEpochMilli(aside.receivedTs())
        + " "
        + aside.reason();
  }
}
