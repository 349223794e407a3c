package org.theseus.launcher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
  @TempDir Path directory;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(String... words) {
    return Main.run(
        List.of(words), new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "run --help",
        "run -h",
        "run --home nowhere --help",
        "run --help --sail",
        "demo --json --help",
        "shell --home nowhere --help",
        "shell --help rooms"
      })
  void helpIsAnsweredAnywhereAmongTheFlags(String line) {
    String[] words = line.split(" ", -1);

    assertThat(run(words)).isZero();

    assertThat(out.toString(UTF_8)).startsWith("theseus " + words[0] + " [");
    assertThat(err.size()).isZero();
  }

  @Test
  void eventIsACommandLikeTheOthers() {
    assertThat(run("event", "resolve", "--help")).isZero();
    assertThat(out.toString(UTF_8)).startsWith("theseus event resolve ");

    assertThat(run("event", "sail")).isEqualTo(2);
    assertThat(err.toString(UTF_8))
        .isEqualTo("theseus: no such operation: sail; see theseus event --help\n");
  }

  @Test
  void aPortThatCannotBeListenedOnIsRefusedBeforeAnythingIsMade() {
    Path home = directory.resolve("home");

    assertThat(run("run", "--home", home.toString(), "--listen", "127.0.0.1:0")).isEqualTo(2);

    assertThat(err.toString(UTF_8))
        .isEqualTo("theseus: --listen: a port from 1 to 65535 is missing: 127.0.0.1:0\n");
    assertThat(Files.exists(home)).isFalse();
  }
}
