package org.theseus.ops.shell;

import java.time.Duration;
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
import org.theseus.pdu.api.RoomReader;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.StateKey;
import org.theseus.protocol.api.TransientException;
import org.theseus.support.Awaited;

/** Explains state; the layer's README tells how commands end. */
@Component(
    service = ExplainCommand.class,
    property = {"osgi.command.scope=theseus", "osgi.command.function=explain"})
public final class ExplainCommand {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Usage EXPLAIN =
      Usage.of(
          3,
          3,
          """
          explain ROOM TYPE STATE_KEY [--json]

          Tells why the event in force is in force: where branches differed about it last, which
          events contended, what the rules said of each, and which rule decided. STATE_KEY may be
          empty.
          """);

  private final Awaited<RoomReader> rooms = new Awaited<>();
  private final Patience<RoomReader> patience;

  /** Makes a command that waits for 20 s. */
  @Activate
  public ExplainCommand() {
    this(PATIENCE);
  }

  ExplainCommand(Duration limit) {
    this.patience = new Patience<>(rooms, limit, "the PDU layer");
  }

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bind(RoomReader arrived) {
    rooms.come(arrived);
  }

  void unbind(RoomReader gone) {
    rooms.go(gone);
  }

  /** Ends commands that wait. */
  @Deactivate
  public void close() {
    rooms.close(new TransientException("the shell is being replaced; try again"));
  }

  /** Explains the state of one slot of a room. */
  public void explain(String... words) throws InterruptedException {
    Command.run(
        EXPLAIN,
        words,
        given -> {
          RoomId room = RoomId.of(given.word(0));
          StateKey slot = new StateKey(given.word(1), given.word(2));
          PrintedExplanation why =
              patience.call("looking back", reader -> explained(reader, room, slot));
          if (given.isJson()) {
            Output.json(why.json());
          } else {
            why.lines().forEach(Output::line);
          }
        });
  }

  private static CompletionStage<PrintedExplanation> explained(
      RoomReader reader, RoomId room, StateKey slot) {
    return CompletableFuture.completedFuture(
        reader
            .explain(room, slot)
            .map(explanation -> new PrintedExplanation(slot, explanation, reader::event))
            .orElseThrow(() -> new NoSuchElementException("no state of " + room + " is here")));
  }
}
