package org.theseus.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShellCommandTest {
  @ParameterizedTest
  @ValueSource(strings = {"swap", "theseus:swap"})
  void theFilesOfSwapAreNamedInFull(String swap) {
    String here = Path.of("").toAbsolutePath().toString();

    assertThat(ShellCommand.withPaths(List.of(swap, "new/./core.jar", "/a.jar", "--json")))
        .containsExactly(swap, here + "/new/core.jar", "/a.jar", "--json");
  }

  @Test
  void theWordsOfOtherCommandsAreLeftAlone() {
    assertThat(ShellCommand.withPaths(List.of("send", "@a:b", "!r", "swap core.jar")))
        .containsExactly("send", "@a:b", "!r", "swap core.jar");
  }
}
