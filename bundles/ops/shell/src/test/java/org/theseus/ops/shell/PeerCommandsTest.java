package org.theseus.ops.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.apache.felix.gogo.runtime.CommandProcessorImpl;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.theseus.ops.shell.ShellClientOfTest.Ended;
import org.theseus.protocol.api.Edu;
import org.theseus.protocol.api.ServerName;
import org.theseus.transaction.api.Outbox;

/** The commands about other servers. */
class PeerCommandsTest {
  private final PeerCommands commands = new PeerCommands(Duration.ofMillis(20));
  private CommandProcessorImpl gogo;

  /** Two peers, one of which is in trouble. */
  private static final class TwoPeers implements Outbox {
    @Override
    public void wake(Set<ServerName> destinations) {}

    @Override
    public void send(Set<ServerName> destinations, Edu edu) {}

    @Override
    public List<DestinationStatus> destinations() {
      return List.of(
          new DestinationStatus(ServerName.of("b.example"), State.IDLE, 0, 0, 0, 0, 1_000, ""),
          new DestinationStatus(
              ServerName.of("c.example"), State.WAITING, 3, 0, 2, 61_000, 0, "timed out"));
    }

    @Override
    public void retry(ServerName destination) {}

    @Override
    public List<TransactionStatus> transactions(ServerName destination, int limit) {
      return List.of();
    }
  }

  @BeforeEach
  void start() {
    gogo = TestGogo.processor();
    gogo.addCommand("theseus", commands, "destinations");
  }

  @AfterEach
  void stop() {
    gogo.stop();
  }

  private Ended run(String... words) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    try (Interpreter interpreter = new Interpreter(gogo, out, err)) {
      int exit = interpreter.words(List.of(words));
      return new Ended(
          out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8), exit);
    }
  }

  @Test
  void givenPeersThenHowSendingToThemGoes() throws IOException {
    commands.bind(new TwoPeers());

    assertThat(run("destinations"))
        .isEqualTo(
            new Ended(
                """
                b.example owed 0 failures 0 last success 1970-01-01T00:00:01Z
                c.example owed 3 failures 2 next attempt 1970-01-01T00:01:01Z timed out
                """,
                "",
                0));
    assertThat(run("destinations", "--json").out())
        .isEqualTo(
            """
            [{"server":"b.example","owed":0,"failures":0,"next_attempt_ts":0,\
            "last_success_ts":1000,"problem":""},{"server":"c.example","owed":3,"failures":2,\
            "next_attempt_ts":61000,"last_success_ts":0,"problem":"timed out"}]
            """);
  }

  @Test
  void givenTheLayerStaysAwayThenStatusOneAndAMessageThatSaysSo() throws IOException {
    assertThat(run("destinations"))
        .isEqualTo(
            new Ended(
                "", "the transaction layer is being replaced and is not back yet; try again\n", 1));
    assertThat(run("destinations", "x").exit()).isEqualTo(2);
    assertThat(run("destinations", "--help").out()).startsWith("destinations [--json]");
  }
}
