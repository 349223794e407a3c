package org.theseus.ops.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.theseus.ops.shell.FakeMessaging.EVENT;
import static org.theseus.ops.shell.FakeMessaging.ROOM;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.felix.gogo.runtime.CommandProcessorImpl;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.theseus.messaging.api.RoomEvent;
import org.theseus.messaging.api.RoomSummary;
import org.theseus.ops.shell.ShellClientOfTest.Ended;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.MatrixException;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.TransientException;
import org.theseus.protocol.api.UserId;
import org.theseus.protocol.jackson.JacksonJsonReader;

/** The commands, as they are typed, in the real Gogo. */
@Timeout(30)
class RoomCommandsTest {
  private static final List<String> NAMES =
      List.of(
          "create",
          "join",
          "invite",
          "leave",
          "send",
          "redact",
          "rooms",
          "state",
          "timeline",
          "backfill",
          "memberships");

  private final FakeMessaging messaging = new FakeMessaging();
  private RoomCommands commands = new RoomCommands(Duration.ofSeconds(10));
  private CommandProcessorImpl gogo;

  @BeforeEach
  void start() {
    gogo = TestGogo.processor();
    NAMES.forEach(name -> gogo.addCommand("theseus", commands, name));
    commands.bind(messaging);
    commands.bindJson(new JacksonJsonReader());
  }

  @AfterEach
  void stop() {
    gogo.stop();
  }

  private Ended run(String... words) throws IOException {
    return TestGogo.run(gogo, words);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "create @a:x                             | create @a:x 12 false Optional.empty",
        "create @a:x --public --alias hall       | create @a:x 12 true Optional[hall]",
        "create --room-version=10 @a:x           | create @a:x 10 false Optional.empty",
        "join @a:x !r                            | join @a:x !r []",
        "join @a:x #h:y --via y z:1              | join alias @a:x #h:y [y, z:1]",
        "join --via y --via z --json @a:x !r     | join @a:x !r [y, z]",
        "invite @a:x !r @b:y                     | invite @a:x !r @b:y",
        "leave @a:x !r                           | leave @a:x !r",
        "redact @a:x !r $e                       | redact @a:x !r $e",
        "rooms                                   | rooms",
        "state !r                                | state !r",
        "timeline !r                             | timeline !r 20",
        "timeline !r --limit 3                   | timeline !r 3",
        "backfill !r                             | backfill !r 100",
        "memberships @a:x                        | memberships @a:x",
        "backfill !r --limit 3                   | backfill !r 3",
        "send @a:x !r hi                         | send @a:x !r m.room.message Optional.empty"
            + " {\"msgtype\":\"m.text\",\"body\":\"hi\"}",
        "send @a:x !r -- --hi                    | send @a:x !r m.room.message Optional.empty"
            + " {\"msgtype\":\"m.text\",\"body\":\"--hi\"}",
        "send @a:x !r --type t --content {\"a\":1.5} | send @a:x !r t Optional.empty {\"a\":1.5}",
        "send @a:x !r --type t --state-key= --content {} | send @a:x !r t Optional[] {}",
        "send @a:x !r --type t --state-key @a:x --content {} | send @a:x !r t Optional[@a:x] {}",
      })
  void givenWordsThenTheyAreUnderstood(String words, String call) throws IOException {
    Ended ended = run(words.split(" "));

    assertThat(ended.err()).isEmpty();
    assertThat(ended.exit()).isZero();
    assertThat(messaging.calls).containsExactly(call);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "create",
        "create a:x",
        "create @a",
        "create @a:x @b:x",
        "create @a:x --room-version",
        "create @a:x --room-version 11 --room-version 12",
        "create @a:x --private",
        "create @a:x --public=yes",
        "join @a:x",
        "join @a:x room",
        "join @a:x #alias",
        "join @a:x !r --via",
        "join @a:x !r --via a/b",
        "invite @a:x !r",
        "invite @a:x !r b",
        "leave @a:x",
        "redact @a:x !r",
        "rooms !r",
        "state",
        "timeline",
        "timeline !r --limit 0",
        "timeline !r --limit -1",
        "timeline !r --limit many",
        "backfill",
        "backfill !r --limit 0",
        "memberships",
        "send @a:x !r",
        "send @a:x !r two words",
        "send @a:x !r hi --type t",
        "send @a:x !r hi --state-key t",
        "send @a:x !r hi --content {}",
        "send @a:x !r --type t",
        "send @a:x !r --content {}",
        "send @a:x !r --type t --content {",
        "send @a:x !r --type t --content []",
        "send @a:x !r --type t --content {\"a\":1,\"a\":2}",
      })
  void givenUnusableWordsThenStatusTwoAndNothingIsDone(String words) throws IOException {
    Ended ended = run(words.split(" "));

    assertThat(ended.exit()).isEqualTo(2);
    assertThat(ended.out()).isEmpty();
    assertThat(ended.err()).isNotBlank().doesNotContain("Exception").endsWith("\n");
    assertThat(messaging.calls).isEmpty();
  }

  @Test
  void givenHelpThenTheUsageIsPrintedAndNothingDone() throws IOException {
    for (String name : NAMES) {
      Ended ended = run(name, "--help");

      assertThat(ended.exit()).isZero();
      assertThat(ended.out()).startsWith(name).contains("[--json]");
      assertThat(ended.err()).isEmpty();
    }
    assertThat(messaging.calls).isEmpty();
  }

  @Test
  void givenResultsThenTheyAreIdsOrOneJsonValue() throws IOException {
    assertThat(run("create", "@a:x").out()).isEqualTo(ROOM + "\n");
    assertThat(run("join", "@a:x", "!r").out()).isEqualTo(ROOM + "\n");
    assertThat(run("send", "@a:x", "!r", "hi").out()).isEqualTo(EVENT + "\n");
    assertThat(run("create", "@a:x", "--json").out()).isEqualTo("{\"room_id\":\"!room\"}\n");
    assertThat(run("leave", "@a:x", "!r", "--json").out()).isEqualTo("{\"event_id\":\"$event\"}\n");
  }

  @Test
  void givenEventsThenPeopleReadLinesAndMachinesJson() throws IOException {
    messaging.events =
        List.of(
            event("m.room.name", Optional.of(""), "{\"name\":\"n\"}", Optional.empty()),
            event(
                "m.room.message",
                Optional.empty(),
                "{\"body\":\"h\u00e9\\n\\u001b[2J\"}",
                Optional.of(EventId.of("$r"))));

    assertThat(run("timeline", "!r").out())
        .isEqualTo(
            """
            $event @a:x m.room.name "" {"name":"n"}
            $event @a:x (redacted) h\u00e9\ufffd\ufffd[2J
            """);
    assertThat(run("timeline", "!r", "--json").out())
        .isEqualTo(
            """
            [{"type":"m.room.name","event_id":"$event"},\
            {"type":"m.room.message","event_id":"$event","redacted_by":"$r"}]
            """);
    messaging.events = messaging.events.subList(0, 1);
    assertThat(run("state", "!r").out()).isEqualTo("m.room.name \"\" {\"name\":\"n\"}\n");
  }

  @Test
  void givenRoomsThenTheyAreListed() throws IOException {
    messaging.rooms =
        List.of(
            new RoomSummary(RoomId.of("!a"), "12", "joined", Optional.of("Hall"), 2),
            new RoomSummary(RoomId.of("!b"), "11", "outside", Optional.empty(), 0));

    assertThat(run("rooms").out()).isEqualTo("!a 12 joined 2 Hall\n!b 11 outside 0\n");
    assertThat(run("rooms", "--json").out())
        .isEqualTo(
            """
            [{"room_id":"!a","room_version":"12","participation":"joined","joined_members":2,\
            "name":"Hall"},{"room_id":"!b","room_version":"11","participation":"outside",\
            "joined_members":0}]
            """);
  }

  @Test
  void givenARefusalThenStatusOneAndWhy() throws IOException {
    messaging.answers.add(
        CompletableFuture.failedFuture(new MatrixException(403, "M_FORBIDDEN", "not you")));

    assertThat(run("send", "@a:x", "!r", "hi"))
        .isEqualTo(new Ended("", "M_FORBIDDEN: not you\n", 1));
  }

  @Test
  void givenAPeerThatIsAwayThenStatusOneAndNoSecondAttempt() throws IOException {
    messaging.answers.add(CompletableFuture.failedFuture(new TransientException("y is away")));

    assertThat(run("join", "@a:x", "!r")).isEqualTo(new Ended("", "y is away\n", 1));
    assertThat(messaging.calls).hasSize(1);
  }

  @Test
  void givenTheLayerIsAwayThenTheCommandWaitsForTheNextOne() throws Exception {
    commands.unbind(messaging);
    CompletableFuture<Ended> ended = started("rooms");
    commands.bind(messaging);

    assertThat(ended.get(10, TimeUnit.SECONDS)).isEqualTo(new Ended("", "", 0));
  }

  @Test
  void givenTheLayerGoesUnderACallThenTheNextOneIsCalled() throws Exception {
    CompletableFuture<Object> first = new CompletableFuture<>();
    messaging.answers.add(first);
    CompletableFuture<Ended> ended = started("send", "@a:x", "!r", "hi");
    FakeMessaging next = new FakeMessaging();

    commands.bind(next);
    first.completeExceptionally(new TransientException("being replaced"));

    assertThat(ended.get(10, TimeUnit.SECONDS)).isEqualTo(new Ended(EVENT + "\n", "", 0));
    assertThat(next.calls).hasSize(1);
  }

  @Test
  void givenTheLayerStaysAwayThenStatusOneAndAMessageThatSaysSo() throws IOException {
    commands = new RoomCommands(Duration.ofMillis(20));
    gogo.removeCommand("theseus", "rooms");
    gogo.addCommand("theseus", commands, "rooms");

    assertThat(run("rooms"))
        .isEqualTo(
            new Ended(
                "", "the messaging layer is being replaced and is not back yet; try again\n", 1));
  }

  @Test
  void givenALongJoinThenItsProgressIsShown() throws IOException {
    CompletableFuture<Object> join =
        new CompletableFuture<>() {
          @Override
          public Object get(long timeout, TimeUnit unit) throws TimeoutException {
            if (complete(ROOM)) {
              throw new TimeoutException();
            }
            return join();
          }
        };
    messaging.answers.add(join);

    assertThat(run("join", "@a:x", "#h:y"))
        .isEqualTo(new Ended(ROOM + "\n", "still joining #h:y ...\n", 0));
  }

  private CompletableFuture<Ended> started(String... words) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return run(words);
          } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
          }
        });
  }

  private static RoomEvent event(
      String type, Optional<String> stateKey, String content, Optional<EventId> redactedBy) {
    return new RoomEvent(
        RoomId.of("!r"),
        EVENT,
        UserId.of("@a:x"),
        type,
        stateKey,
        new JacksonJsonReader().readObject(content.getBytes(StandardCharsets.UTF_8)),
        0,
        redactedBy,
        JsonObject.EMPTY.with("type", type));
  }
}
