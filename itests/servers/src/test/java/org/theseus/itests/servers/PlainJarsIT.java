package org.theseus.itests.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.theseus.itests.peer.Command;

/** The example in the protocol's README, on a class path of plain jars. */
class PlainJarsIT {
  private static final Pattern JARS =
      Pattern.compile("(org\\.theseus\\.protocol\\.|jackson-core|bcprov).*\\.jar");

  @TempDir Path directory;

  @Test
  void theExampleOfTheReadmePrintsWhatItSays() throws Exception {
    Path readme = Path.of(System.getProperty("theseus.protocol.readme"));
    String text = Files.readString(readme, StandardCharsets.UTF_8);
    Path example = Files.writeString(directory.resolve("Example.java"), block(text, "java"));
    Path out = directory.resolve("out");

    Process java =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                classPath(),
                example.toString())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();
    try {
      assertThat(java.waitFor(1, TimeUnit.MINUTES)).isTrue();
    } finally {
      java.destroyForcibly();
    }

    assertThat(Files.readString(out)).isEqualTo(block(text, "text"));
    assertThat(java.exitValue()).isZero();
  }

  private static String classPath() throws IOException {
    try (Stream<Path> jars = Files.list(Command.distribution().resolve("bundles"))) {
      return jars.filter(jar -> JARS.matcher(jar.getFileName().toString()).matches())
          .map(Path::toString)
          .collect(Collectors.joining(System.getProperty("path.separator")));
    }
  }

  private static String block(String text, String kind) {
    Matcher block = Pattern.compile("```" + kind + "\\n(.*?)```", Pattern.DOTALL).matcher(text);
    assertThat(block.find()).as(kind).isTrue();
    return block.group(1);
  }
}
