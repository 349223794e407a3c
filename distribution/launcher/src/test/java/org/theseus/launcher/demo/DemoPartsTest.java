package org.theseus.launcher.demo;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonArray;
import java.io.OutputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoPartsTest {
  private static JsonArray timeline(String... events) {
    return Json.createReader(new StringReader("[" + String.join(",", events) + "]")).readArray();
  }

  private static String message(String id, String text) {
    return "{\"event_id\":\"%s\",\"content\":{\"body\":\"%s\"}}".formatted(id, text);
  }

  @Test
  void equalTimelinesHaveNothingLostOrDouble() {
    Timelines timelines =
        new Timelines(
            timeline(message("$before", "0"), message("$join", ""), message("$a", "1")),
            timeline(message("$join", ""), message("$a", "1")));

    assertThat(timelines.differing("$join")).isZero();
    assertThat(timelines.duplicated()).isZero();
    assertThat(timelines.heldByBoth(new ArrayDeque<>(List.of("$a")))).isEqualTo(1);
  }

  @Test
  void whatOneLacksOrHoldsDifferentlyIsSeen() {
    Timelines timelines =
        new Timelines(
            timeline(message("$join", ""), message("$a", "1"), message("$b", "2")),
            timeline(message("$join", ""), message("$a", "x"), message("$c", "3")));

    assertThat(timelines.differing("$join")).isEqualTo(3);
    assertThat(timelines.heldByBoth(new ArrayDeque<>(List.of("$a", "$b", "$c")))).isEqualTo(1);
  }

  @Test
  void oneTextUnderTwoIdsAndOneIdTwiceAreDuplicates() {
    Timelines timelines =
        new Timelines(
            timeline(message("$a", "1"), message("$b", "1")),
            timeline(message("$a", "1"), message("$a", "1")));

    assertThat(timelines.duplicated()).isEqualTo(2);
  }

  @Test
  void aJarIsMadeAgainUnderALaterVersion(@TempDir Path directory) throws Exception {
    Path jar = directory.resolve("org.example-0.1.0-SNAPSHOT.jar");
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().putValue("Manifest-Version", "1.0");
    manifest.getMainAttributes().putValue("Bundle-Version", "0.1.0.SNAPSHOT");
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file, manifest)) {
      out.putNextEntry(new JarEntry("inside.txt"));
      out.write("kept".getBytes(StandardCharsets.UTF_8));
    }

    Path next = NextVersion.write(jar, 2, directory);

    assertThat(next).hasFileName("org.example-0.1.2.jar");
    try (JarFile made = new JarFile(next.toFile())) {
      assertThat(made.getManifest().getMainAttributes().getValue("Bundle-Version"))
          .isEqualTo("0.1.2");
      assertThat(made.getInputStream(made.getEntry("inside.txt"))).hasContent("kept");
    }
  }

  @Test
  void theClientsLogTellsWhatFailed(@TempDir Path directory) throws Exception {
    Path log = directory.resolve("client.log");
    Files.writeString(
        log,
        """
        2026-01-01T00:00:01.000Z PUT a:1 /_matrix/federation/v1/send/x-1 200 250 ms
        2026-01-01T00:00:02.000Z GET a:1 /_matrix/key/v2/server ConnectException 3 ms
        2026-01-01T00:00:03.000Z GET a:1 /_matrix/federation/v1/event/x 404 1 ms
        2026-01-01T00:00:04.000Z PUT a:1 /_matrix/federation/v1/send/x-2 503 1 ms
        """);

    List<ClientLog.Call> calls = ClientLog.read(log);

    assertThat(calls).extracting(ClientLog.Call::failed).containsExactly(false, true, false, true);
    assertThat(calls).extracting(ClientLog.Call::isSend).containsExactly(true, false, false, true);
    assertThat(calls.get(0).time())
        .isEqualTo(
            new Interval(
                Instant.parse("2026-01-01T00:00:00.750Z"), Instant.parse("2026-01-01T00:00:01Z")));
    assertThat(ClientLog.read(directory.resolve("none.log"))).isEmpty();
  }

  @Test
  void onlyACleanReportIsClean() {
    assertThat(new Report(1, 1, 0, 0, 0, List.of()).isClean()).isTrue();
    assertThat(new Report(1, 0, 1, 0, 0, List.of()).isClean()).isFalse();
    assertThat(new Report(1, 1, 0, 1, 0, List.of()).isClean()).isFalse();
    assertThat(new Report(1, 1, 0, 0, 1, List.of()).isClean()).isFalse();
    assertThat(new Report(2, 2, 0, 0, 0, List.of(new Report.Swap("a:1", "b", 7))).json().toString())
        .isEqualTo(
            "{\"sent\":2,\"received\":2,\"lost\":0,\"duplicated\":0,\"refused\":0,"
                + "\"swaps\":[{\"server\":\"a:1\",\"bundle\":\"b\",\"pauseMillis\":7}]}");
  }
}
