package org.theseus.itests.servers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.theseus.itests.peer.Command;
import org.theseus.itests.peer.Server;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonObject;

/** {@code theseus event}, as a user types it. */
class EventIT {
  private static final String CREATE =
      """
      {"event_id": "$create", "room_id": "!r:x", "type": "m.room.create", "state_key": "",
       "sender": "@a:x", "content": {"creator": "@a:x"}, "prev_events": [], "auth_events": []}
      """;
  private static final String JOIN =
      """
      {"event_id": "$join", "room_id": "!r:x", "type": "m.room.member", "state_key": "@a:x",
       "sender": "@a:x", "content": {"membership": "join"}, "prev_events": ["$create"],
       "auth_events": ["$create"]}
      """;
  private static final String TOPIC =
      """
      {"event_id": "$topic", "room_id": "!r:x", "type": "m.room.topic", "state_key": "",
       "sender": "%s", "content": {"topic": "ships 🚢"}, "prev_events": ["$join"],
       "auth_events": ["$create", "$join"]}
      """;

  @TempDir Path directory;

  private Command.Result event(String stdin, String... words) throws Exception {
    List<String> all = new ArrayList<>(List.of("event"));
    Collections.addAll(all, words);
    return Command.runWith(directory, stdin, all.toArray(String[]::new));
  }

  private String file(String name, String json) throws Exception {
    Files.writeString(directory.resolve(name), json);
    return name;
  }

  @Test
  void aLineOfJsonComesOutAndTheStatusSaysWhetherItIsYes() throws Exception {
    assertThat(event("{\"🚢\": 1e10, \"é\": -0}", "canonical"))
        .isEqualTo(new Command.Result(0, "{\"é\":0,\"🚢\":10000000000}\n", ""));

    String state = file("state.json", "[" + CREATE + "," + JOIN + "]");
    assertThat(
            event(TOPIC.formatted("@a:x"), "auth", "--room-version", "6", "--auth-events", state))
        .isEqualTo(new Command.Result(0, "{\"allowed\":true,\"reason\":null}\n", ""));
    assertThat(
            event(TOPIC.formatted("@b:x"), "auth", "--room-version", "6", "--auth-events", state))
        .isEqualTo(
            new Command.Result(
                1,
                "{\"allowed\":false,\"reason\":\"one of the auth_events does not belong there\"}\n",
                ""));
  }

  @Test
  void whatIsSignedIsVerified() throws Exception {
    Command.Result signed =
        event(
            TOPIC.formatted("@a:x"),
            "sign",
            "--room-version=11",
            "--server=x",
            "--key-id=ed25519:1",
            "--seed=YJDBA9Xnr2sVqXD9Vj7XVUnmFZcZrlw8Md7kMW+3XA1");
    assertThat(signed.status()).as(signed.err()).isZero();
    String keys =
        file("keys", "{\"x\":{\"ed25519:1\":\"XGX0JRS2Af3be3knz2fBiRbApjm2Dh61gXDJA8kcJNI\"}}");
    assertThat(event(signed.out(), "verify", "--room-version", "11", "--keys", keys))
        .isEqualTo(new Command.Result(0, "{\"valid\":true,\"hash\":\"ok\",\"reason\":null}\n", ""));
    String other = signed.out().replace("@a:x", "@b:x");
    assertThat(event(other, "verify", "--room-version", "11", "--keys", keys).status())
        .isEqualTo(1);
  }

  @Test
  void statesAreResolvedAndRoomsReplayed() throws Exception {
    String room = "[" + TOPIC.formatted("@a:x") + "," + JOIN + "," + CREATE + "]";
    String state =
        "[[\"m.room.create\",\"\",\"$create\"],[\"m.room.member\",\"@a:x\",\"$join\"],"
            + "[\"m.room.topic\",\"\",\"$topic\"]]\n";
    assertThat(event(room, "replay", "--room-version", "1"))
        .isEqualTo(new Command.Result(0, state, ""));
    assertThat(
            event(
                "[[\"$create\",\"$join\"],[\"$create\",\"$join\",\"$topic\"]]",
                "resolve",
                "--room-version",
                "2",
                "--events",
                file("events", room)))
        .isEqualTo(new Command.Result(0, state, ""));
  }

  @Test
  void unusableInputIsTwoAndSaysWhy() throws Exception {
    assertThat(event("{\"a\":1,\"a\":2}", "canonical").status()).isEqualTo(2);
    assertThat(event("{}", "id"))
        .isEqualTo(new Command.Result(2, "", "theseus: --room-version is missing\n"));
    assertThat(event("{}", "canonical", "--fast"))
        .isEqualTo(new Command.Result(2, "", "theseus: unknown flag --fast\n"));
    assertThat(event("", "sail").status()).isEqualTo(2);
    assertThat(event("").status()).isEqualTo(2);
    assertThat(event("", "--help").out()).startsWith("theseus event ");
    assertThat(event("", "replay", "--help").out()).startsWith("theseus event replay ");
  }

  @Test
  void theRulesAgreeWithARunningServer() throws Exception {
    Path trusted = Files.createFile(directory.resolve("trusted.pem"));
    try (Server server = Server.create(directory.resolve("home"), trusted)) {
      server.start();
      for (String version : List.of("1", "10", "12")) {
        String user = server.user("ann");
        String room = server.result("create", user, "--room-version", version, "--public");
        server.result("send", user, room, "aye");
        List<JsonObject> timeline = server.events("timeline", room, "--limit", "50", "--json");
        List<JsonObject> state = server.events("state", room, "--json");

        // replayed, the room has the server's state
        Command.Result replayed =
            event(
                new JsonArray(List.copyOf(timeline)).toString(),
                "replay",
                "--room-version",
                version);
        assertThat(replayed.status()).as(replayed.err()).isZero();
        assertThat(state)
            .hasSizeGreaterThan(4)
            .allSatisfy(
                event ->
                    assertThat(replayed.out())
                        .contains("\"" + event.string("event_id").orElseThrow() + "\"]"));

        // which allows its last message
        String file = file("state" + version, new JsonArray(List.copyOf(state)).toString());
        JsonObject message = timeline.get(timeline.size() - 1);
        assertThat(message.string("type")).contains("m.room.message");
        assertThat(
                event(message.toString(), "auth", "--room-version", version, "--auth-events", file))
            .isEqualTo(new Command.Result(0, "{\"allowed\":true,\"reason\":null}\n", ""));
      }
    }
  }

  @Test
  void itsFolderMayBeALink() throws Exception {
    Path bin =
        Files.createSymbolicLink(directory.resolve("bin"), Command.distribution().resolve("bin"));
    Process help =
        new ProcessBuilder(bin.resolve("theseus").toString(), "event", "--help")
            .redirectErrorStream(true)
            .start();
    String said = new String(help.getInputStream().readAllBytes(), UTF_8);
    Files.delete(bin);
    assertThat(said).startsWith("theseus event ");
  }

  /** Half a megabyte of a room whose branches meet all the time. */
  @Test
  void aSmallHeapIsEnough() throws Exception {
    StringBuilder room = new StringBuilder("[" + CREATE + "," + JOIN);
    String previous = "\"$join\"";
    for (int i = 0; i < 2_000; i++) {
      room.append(
          """
          ,{"event_id": "$%d", "room_id": "!r:x", "type": "m.room.name", "state_key": "%d",
            "sender": "@a:x", "content": {}, "prev_events": [%s],
            "auth_events": ["$create", "$join"], "origin_server_ts": 1700000000000}
          """
              .formatted(i, i / 2, previous));
      previous = i % 2 == 0 ? previous : "\"$%d\",\"$%d\"".formatted(i - 1, i);
    }
    Path out = directory.resolve("out");
    ProcessBuilder replay =
        Command.theseus("event", "replay", "--room-version", "10")
            .redirectInput(Files.writeString(directory.resolve("room"), room + "]").toFile())
            .redirectOutput(out.toFile())
            .redirectErrorStream(true);
    replay.environment().put("JAVA_OPTS", "-Xmx24m");
    Process process = replay.start();
    try {
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.exitValue()).as(Files.readString(out)).isZero();
    assertThat(Files.readString(out)).contains("[\"m.room.name\",\"999\",\"$199");
  }

  /**
   * Five times the 0.15 s it takes, by the fastest of a few, for the machine may have other things
   * to do.
   */
  @Test
  void itIsQuick() throws Exception {
    long fastest = Long.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      long start = System.nanoTime();
      assertThat(event(JOIN, "id", "--room-version", "12").status()).isZero();
      fastest = Math.min(fastest, System.nanoTime() - start);
    }
    assertThat(fastest).isLessThan(750_000_000L);
  }
}
