package org.theseus.ops.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
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

  private static final ServerName C = ServerName.of("c.example");

  /** Two peers, one of which is in trouble. */
  private static final class TwoPeers implements Outbox {
    private final List<ServerName> retried = new ArrayList<>();

    @Override
    public void wake(Set<ServerName> destinations) {}

    @Override
    public void send(Set<ServerName> destinations, Edu edu) {}

    @Override
    public List<DestinationStatus> destinations() {
      return List.of(
          new DestinationStatus(ServerName.of("b.example"), State.IDLE, 0, 0, 0, 0, 1_000, ""),
          new DestinationStatus(C, State.WAITING, 3, 7, 2, 61_000, 0, "timed out"));
    }

    @Override
    public Optional<DestinationStatus> destination(ServerName server) {
      return destinations().stream().filter(one -> one.server().equals(server)).findAny();
    }

    @Override
    public void retry(ServerName destination) {
      retried.add(destination);
    }

    @Override
    public List<TransactionStatus> transactions(ServerName destination, int limit) {
      return destination.equals(C)
          ? Stream.of(
                  new TransactionStatus("ab-2", Fate.UNDER_WAY, 61_000, 50),
                  new TransactionStatus("ab-1", Fate.GIVEN_UP, 1_000, 1))
              .limit(limit)
              .toList()
          : List.of();
    }
  }

  @BeforeEach
  void start() {
    gogo = TestGogo.processor();
    for (String command : List.of("destinations", "retry", "transactions")) {
      gogo.addCommand("theseus", commands, command);
    }
  }

  @AfterEach
  void stop() {
    gogo.stop();
  }

  private Ended run(String... words) throws IOException {
    return TestGogo.run(gogo, words);
  }

  @Test
  void givenPeersThenHowSendingToThemGoes() throws IOException {
    commands.bind(new TwoPeers());

    assertThat(run("destinations"))
        .isEqualTo(
            new Ended(
                """
                b.example idle owed 0 failures 0 last success 1970-01-01T00:00:01Z
                c.example waiting owed 3 left to it 7 failures 2 next attempt 1970-01-01T00:01:01Z timed out
                """,
                "",
                0));
    assertThat(run("destinations", "--json").out())
        .isEqualTo(
            """
            [{"server":"b.example","state":"idle","owed":0,"left_to_peer":0,"failures":0,\
            "next_attempt_ts":0,"last_success_ts":1000,"problem":""},\
            {"server":"c.example","state":"waiting","owed":3,"left_to_peer":7,"failures":2,\
            "next_attempt_ts":61000,"last_success_ts":0,"problem":"timed out"}]
            """);
  }

  @Test
  void givenAPeerThenItIsTriedAgain() throws IOException {
    TwoPeers outbox = new TwoPeers();
    commands.bind(outbox);

    assertThat(run("retry", "c.example")).isEqualTo(new Ended("c.example\n", "", 0));
    assertThat(run("retry", "c.example", "--json").out()).isEqualTo("{\"server\":\"c.example\"}\n");
    assertThat(outbox.retried).containsExactly(C, C);
    assertThat(run("retry", "d.example"))
        .isEqualTo(new Ended("", "nothing was ever sent to d.example\n", 1));
    assertThat(run("retry", "no name").exit()).isEqualTo(2);
    assertThat(run("retry").exit()).isEqualTo(2);
    assertThat(outbox.retried).hasSize(2);
  }

  @Test
  void givenAPeerThenWhatWentToIt() throws IOException {
    commands.bind(new TwoPeers());

    assertThat(run("transactions", "c.example"))
        .isEqualTo(
            new Ended(
                """
                ab-2 under way 1970-01-01T00:01:01Z pdus 50
                ab-1 given up 1970-01-01T00:00:01Z pdus 1
                """,
                "",
                0));
    assertThat(run("transactions", "c.example", "--limit", "1", "--json").out())
        .isEqualTo(
            """
            [{"txn_id":"ab-2","fate":"under_way","ts":61000,"pdus":50}]
            """);
    assertThat(run("transactions", "b.example")).isEqualTo(new Ended("", "", 0));
    assertThat(run("transactions", "d.example"))
        .isEqualTo(new Ended("", "nothing was ever sent to d.example\n", 1));
    assertThat(run("transactions", "c.example", "--limit", "0").exit()).isEqualTo(2);
    assertThat(run("transactions", "c.example", "--limit", "many").exit()).isEqualTo(2);
    assertThat(run("transactions").exit()).isEqualTo(2);
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
