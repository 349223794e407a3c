package org.theseus.itests.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.theseus.itests.peer.Command;
import org.theseus.itests.peer.Server;
import org.theseus.protocol.api.JsonObject;

/** {@code theseus run} and {@code theseus shell}, typed as the README has them. */
class RunIT {
  @TempDir Path directory;

  @Test
  void aFreshHomeRunsAndAnswersTheShell() throws Exception {
    int port = Server.freePort();
    String name = "localhost:" + port;
    Path output = directory.resolve("run.txt");
    Process run =
        Command.theseus(
                "run", "--home", "home", "--server-name", name, "--listen", "127.0.0.1:" + port)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      awaitLine(run, output, "talk to it");
      assertThat(Files.readString(output)).contains(name, "certificate", "trials");

      String user = "@a:" + name;
      Command.Result created = shell("create", user);
      assertThat(created.status()).as(created.err()).isZero();
      String room = created.out().strip();
      assertThat(room).startsWith("!");

      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key())))
          .isEqualTo("rw-------");

      Command.Result sent = shell("send", user, room, "Hello; $(world) | #ship [::1]");
      assertThat(sent.status()).as(sent.err()).isZero();
      assertThat(sent.out().strip()).startsWith("$");

      Command.Result timeline = shell("timeline", room);
      assertThat(timeline.out()).contains("Hello; $(world) | #ship [::1]");
      assertThat(shell("rooms").out()).contains(room);
      assertThat(shell("state", room).out()).contains("m.room.create");
      assertThat(shell("layers").out()).contains("org.theseus.transport.jetty-server");

      try (Visitors visitors = new Visitors(port).keeping(1)) {
        visitors.awaitAnswers(1);
      }
      Path access = directory.resolve("home/log/access.log");
      awaitLine(run, access, " GET /_matrix/federation/v1/version ");
      assertThat(access)
          .content()
          .containsPattern(
              "Z 127.0.0.1 - GET /_matrix/federation/v1/version 200 \\d+ \\d+ ms 0 parked");

      // the answer is no, and unusable input, are told apart
      assertThat(shell("send", "@stranger:" + name, room, "x").status()).isEqualTo(1);
      assertThat(shell("send", "no user", room, "x").status()).isEqualTo(2);
      assertThat(shell("timeline", room, "--limit", "many").status()).isEqualTo(2);

      // a second server on the same home, and flags that differ, are refused
      assertThat(Command.run(directory, "run", "--home", "home").status()).isEqualTo(1);
    } finally {
      run.destroy();
      assertThat(run.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(run.exitValue()).as("stopped as asked").isZero();
    assertThat(Command.run(directory, "run", "--home", "home", "--server-name", "b:1").status())
        .isEqualTo(2);
  }

  @Test
  void unusableInputIsTwoAndHelpIsEverywhere() throws Exception {
    assertThat(Command.run(directory, "--help").status()).isZero();
    for (String command : List.of("run", "demo", "shell", "event")) {
      Command.Result help = Command.run(directory, command, "--help");
      assertThat(help.status()).as(command).isZero();
      assertThat(help.out()).contains("theseus " + command);
    }
    assertThat(Command.run(directory, "sail").status()).isEqualTo(2);
    assertThat(Command.run(directory, "demo", "--fast").status()).isEqualTo(2);
    Command.Result nobody = Command.run(directory, "shell", "--home", "none", "rooms");
    assertThat(nobody.status()).isEqualTo(1);
    assertThat(nobody.err()).contains("no server answers");
  }

  @Test
  void stateAndRedactionArriveAsTyped() throws Exception {
    Path trusted = Files.createFile(directory.resolve("trusted.pem"));
    try (Server server = Server.create(directory.resolve("home"), trusted)) {
      server.start();
      String user = server.user("ann");
      String room = server.result("create", user, "--room-version", "11", "--alias", "ship");
      assertThat(room).endsWith(":" + server.name());
      assertThat(server.result("join", user, "#ship:" + server.name())).isEqualTo(room);

      server.result(
          "send",
          user,
          room,
          "--type",
          "m.room.topic",
          "--state-key",
          "",
          "--content",
          "{\"topic\":\"planks\"}");
      String secret = server.result("send", user, room, "regret");
      server.result("redact", user, room, secret);

      List<JsonObject> state = server.events("state", room, "--json");
      assertThat(state)
          .filteredOn(event -> event.string("type").orElse("").equals("m.room.topic"))
          .singleElement()
          .satisfies(
              topic ->
                  assertThat(topic.object("content").orElseThrow().string("topic"))
                      .hasValue("planks"));
      assertThat(server.timeline(room))
          .filteredOn(event -> event.string("event_id").orElse("").equals(secret))
          .singleElement()
          .satisfies(
              redacted -> assertThat(redacted.object("content").orElseThrow().members()).isEmpty());
    }
  }

  private Path key() {
    return directory.resolve("home/etc/keys/signing.key");
  }

  private Command.Result shell(String... words) throws Exception {
    String[] all = new String[words.length + 3];
    all[0] = "shell";
    all[1] = "--home";
    all[2] = "home";
    System.arraycopy(words, 0, all, 3, words.length);
    return Command.run(directory, all);
  }

  private static void awaitLine(Process process, Path output, String text) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(90);
    while (!Files.readString(output).contains(text)) {
      assertThat(process.isAlive() && System.nanoTime() < deadline)
          .as(Files.readString(output))
          .isTrue();
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }
}
