package org.theseus.launcher.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoCommandTest {
  private static final String PROPERTY = "theseus.distribution";

  @TempDir Path directory;

  @BeforeEach
  void givenADistributionThatCannotBeStarted() {
    System.setProperty(PROPERTY, directory.toString());
  }

  @AfterEach
  void restore() {
    System.clearProperty(PROPERTY);
  }

  @Test
  void aDemoThatBreaksOffNamesTheFolderItKeeps() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();

    assertThatIOException()
        .isThrownBy(
            () ->
                DemoCommand.run(
                    List.of("--json"),
                    new PrintStream(out, true, UTF_8),
                    new PrintStream(err, true, UTF_8)))
        .withMessageContaining("theseus");

    Matcher kept = Pattern.compile("are kept in (.*)\n").matcher(err.toString(UTF_8));
    assertThat(kept.find()).as(err.toString(UTF_8)).isTrue();
    Path homes = Path.of(kept.group(1));
    assertThat(homes.resolve("first")).isDirectory();
    assertThat(homes.resolve("second")).isDirectory();
    assertThat(out.size()).isZero();
    delete(homes);
  }

  private static void delete(Path folder) throws Exception {
    List<Path> paths;
    try (Stream<Path> all = Files.walk(folder)) {
      paths = all.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : paths) {
      Files.delete(path);
    }
  }
}
