package org.theseus.ops.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.function.Supplier;
import org.apache.felix.gogo.runtime.CommandProcessorImpl;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.theseus.ops.shell.ShellClientOfTest.Ended;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.Status;

/** The command that tells how the parts of the server are doing. */
class StatusCommandTest {
  private final StatusCommand command = new StatusCommand();
  private CommandProcessorImpl gogo;

  private record Part(String name, Supplier<JsonObject> values) implements Status {
    @Override
    public JsonObject report() {
      return values.get();
    }
  }

  @BeforeEach
  void start() {
    gogo = TestGogo.processor();
    gogo.addCommand("theseus", command, "status");
  }

  @AfterEach
  void stop() {
    gogo.stop();
  }

  private Ended run(String... words) throws IOException {
    return TestGogo.run(gogo, words);
  }

  private static Part router() {
    JsonObject atWork = JsonObject.builder().put("send", 1).put("other", 2).build();
    return new Part(
        "router",
        () ->
            JsonObject.builder().put("parked", 3).put("at_work", atWork).put("is", "fine").build());
  }

  private static Part broken() {
    return new Part(
        "listener",
        () -> {
          throw new IllegalStateException("gone");
        });
  }

  @Test
  void givenPartsThenALineForEachValue() throws IOException {
    Status broken = broken();
    command.bind(router());
    command.bind(broken);

    assertThat(run("status"))
        .isEqualTo(
            new Ended(
                """
                listener problem java.lang.IllegalStateException: gone
                router parked 3
                router at_work.send 1
                router at_work.other 2
                router is fine
                """,
                "",
                0));
    command.unbind(broken);
    assertThat(run("status").out()).startsWith("router parked 3\n");
  }

  @Test
  void givenANameThenThatPartOnly() throws IOException {
    command.bind(router());
    command.bind(broken());

    assertThat(run("status", "router", "--json").out())
        .isEqualTo(
            """
            [{"name":"router","report":{"parked":3,"at_work":{"send":1,"other":2},"is":"fine"}}]
            """);
    assertThat(run("status", "listener").out()).startsWith("listener problem");
  }

  @Test
  void givenAnUnknownNameThenStatusOneAndAMessage() throws IOException {
    assertThat(run("status", "router"))
        .isEqualTo(new Ended("", "nothing called router reports its status now\n", 1));
    assertThat(run("status")).isEqualTo(new Ended("", "", 0));
    assertThat(run("status", "a", "b").exit()).isEqualTo(2);
    assertThat(run("status", "--help").out()).startsWith("status [NAME] [--json]");
  }
}
