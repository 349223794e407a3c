package org.theseus.ops.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.felix.gogo.runtime.CommandProcessorImpl;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.theseus.ops.shell.ShellClientOfTest.Ended;
import org.theseus.pdu.api.Quarantine;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.ServerName;

/** The command about what was set aside. */
class QuarantineCommandTest {
  private final QuarantineCommand command = new QuarantineCommand(Duration.ofMillis(20));
  private final List<EventId> retried = new ArrayList<>();
  private CommandProcessorImpl gogo;

  /** One event is set aside. */
  private final class OneEvent implements Quarantine {
    @Override
    public List<SetAside> list(int limit) {
      return List.of(
          new SetAside(
              RoomId.of("!r:a.example"),
              EventId.of("$bad"),
              ServerName.of("b.example"),
              1_000,
              "it throws"));
    }

    @Override
    public boolean retry(EventId event) {
      retried.add(event);
      return event.value().equals("$bad");
    }
  }

  @BeforeEach
  void start() {
    gogo = TestGogo.processor();
    gogo.addCommand("theseus", command, "quarantine");
  }

  @AfterEach
  void stop() {
    gogo.stop();
  }

  private Ended run(String... words) throws IOException {
    return TestGogo.run(gogo, words);
  }

  @Test
  void givenAnEventThenItIsListed() throws IOException {
    command.bind(new OneEvent());

    assertThat(run("quarantine").out())
        .isEqualTo("$bad !r:a.example from b.example at 1970-01-01T00:00:01Z it throws\n");
    assertThat(run("quarantine", "--json").out())
        .isEqualTo(
            """
            [{"event_id":"$bad","room_id":"!r:a.example","origin":"b.example",\
            "received_ts":1000,"reason":"it throws"}]
            """);
  }

  @Test
  void givenAnEventThenItIsTriedOnceMoreAndAnotherIsNotThere() throws IOException {
    command.bind(new OneEvent());

    assertThat(run("quarantine", "retry", "$bad")).isEqualTo(new Ended("$bad\n", "", 0));
    Ended other = run("quarantine", "retry", "$other");

    assertThat(other.exit()).isEqualTo(1);
    assertThat(other.err()).contains("$other is not in quarantine");
    assertThat(retried).containsExactly(EventId.of("$bad"), EventId.of("$other"));
  }

  @Test
  void givenOtherWordsOrNobodyThenItSaysSo() throws IOException {
    assertThat(run("quarantine", "forget", "$bad").exit()).isEqualTo(2);
    assertThat(run("quarantine", "retry").exit()).isEqualTo(2);
    assertThat(run("quarantine").exit()).isEqualTo(1);
  }
}
