package org.theseus.ops.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.felix.gogo.runtime.CommandProcessorImpl;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.theseus.ops.shell.ShellClientOfTest.Ended;
import org.theseus.protocol.api.ServerName;
import org.theseus.transport.api.Resolution;
import org.theseus.transport.api.ResolvedServer;
import org.theseus.transport.api.ServerResolver;

class ResolveCommandTest {
  private final ResolveCommand command = new ResolveCommand(Duration.ofMillis(20));
  private CommandProcessorImpl gogo;

  /** Knows one server. */
  private static final class OneServer implements ServerResolver {
    @Override
    public CompletionStage<ResolvedServer> resolve(ServerName server) {
      throw new UnsupportedOperationException("is not asked");
    }

    @Override
    public CompletionStage<Resolution> explain(ServerName server) {
      if (!server.value().equals("a.example")) {
        return CompletableFuture.completedFuture(
            new Resolution(
                server,
                List.of(new Resolution.Step("6", "A and AAAA of b.example", "none", false)),
                Optional.empty()));
      }
      return CompletableFuture.completedFuture(
          new Resolution(
              server,
              List.of(
                  new Resolution.Step("3", "GET https://a.example/", "m.server is x", true),
                  new Resolution.Step("3.2", "A and AAAA of x", "192.0.2.1, 2001:db8::1", false)),
              Optional.of(
                  new ResolvedServer(
                      server,
                      List.of(
                          new InetSocketAddress("192.0.2.1", 81),
                          new InetSocketAddress("2001:db8::1", 81)),
                      "x:81",
                      "x"))));
    }
  }

  @BeforeEach
  void start() {
    gogo = TestGogo.processor();
    gogo.addCommand("theseus", command, "resolve");
  }

  @AfterEach
  void stop() {
    gogo.stop();
  }

  private Ended run(String... words) throws IOException {
    return TestGogo.run(gogo, words);
  }

  @Test
  void givenAServerThenEachStepAndWhereItIs() throws IOException {
    command.bind(new OneServer());

    assertThat(run("resolve", "a.example"))
        .isEqualTo(
            new Ended(
                """
                3* GET https://a.example/: m.server is x
                3.2 A and AAAA of x: 192.0.2.1, 2001:db8::1
                addresses 192.0.2.1:81, [2001:db8:0:0:0:0:0:1]:81
                host x:81
                certificate x
                """,
                "",
                0));
    assertThat(run("resolve", "a.example", "--json").out())
        .isEqualTo(
            """
            {"server":"a.example","steps":[{"step":"3","asked":"GET https://a.example/",\
            "answered":"m.server is x","remembered":true},{"step":"3.2",\
            "asked":"A and AAAA of x","answered":"192.0.2.1, 2001:db8::1","remembered":false}],\
            "addresses":["192.0.2.1:81","[2001:db8:0:0:0:0:0:1]:81"],"host":"x:81",\
            "certificate":"x"}
            """);
  }

  @Test
  void givenOneThatCannotBeFoundThenTheStepsAndStatusOne() throws IOException {
    command.bind(new OneServer());

    assertThat(run("resolve", "b.example"))
        .isEqualTo(
            new Ended("6 A and AAAA of b.example: none\n", "b.example cannot be found\n", 1));
    assertThat(run("resolve", "b.example", "--json").out())
        .isEqualTo(
            """
            {"server":"b.example","steps":[{"step":"6","asked":"A and AAAA of b.example",\
            "answered":"none","remembered":false}]}
            """);
  }

  @Test
  void givenNoServersNameThenStatusTwo() throws IOException {
    command.bind(new OneServer());

    assertThat(run("resolve", "https://a.example").exit()).isEqualTo(2);
    assertThat(run("resolve").exit()).isEqualTo(2);
    assertThat(run("resolve", "--help").out()).startsWith("resolve NAME [--json]");
  }

  @Test
  void givenNobodyFindsServersThenStatusOneAndAMessageThatSaysSo() throws IOException {
    assertThat(run("resolve", "a.example"))
        .isEqualTo(
            new Ended(
                "", "the transport layer is being replaced and is not back yet; try again\n", 1));
  }
}
