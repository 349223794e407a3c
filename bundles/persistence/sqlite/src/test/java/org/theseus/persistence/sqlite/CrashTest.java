package org.theseus.persistence.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteDataSource;
import org.theseus.persistence.api.UnitOfWork;
import org.theseus.persistence.sql.store.Migrator;
import org.theseus.protocol.api.EventId;

/** A process is killed without warning while it writes. */
@Timeout(120)
class CrashTest {
  private static final int ROUNDS = 5;

  @TempDir Path folder;

  @Test
  void whatWasAcknowledgedIsThereAndNothingIsThereByHalf() throws Exception {
    Path file = folder.resolve("theseus.db");
    Random random = new Random();
    List<String> acknowledged = new ArrayList<>();

    for (int round = 0; round < ROUNDS; round++) {
      // when a writer is killed at some moment after it has begun
      acknowledged.addAll(killedWriter(file, round, 50 + random.nextInt(400)));

      // then all it told is there, of every round so far, and of the rest both halves or none
      SqliteStore store = new SqliteStore(file, SqliteStore.Limits.DEFAULT);
      store.open();
      try {
        int now = round;
        store.run(unit -> check(unit, acknowledged, now));
      } finally {
        store.close();
      }
    }
    assertThat(acknowledged).hasSizeGreaterThan(ROUNDS);
  }

  private static boolean check(UnitOfWork unit, List<String> acknowledged, int round) {
    for (String key : acknowledged) {
      assertThat(unit.settings().get("left." + key)).as(key).isPresent();
    }
    for (int thread = 0; thread < CrashingWriter.THREADS; thread++) {
      String key;
      int n = 0;
      do {
        key = round + "." + thread + "." + n++;
        assertThat(unit.settings().get("right." + key).isPresent())
            .as(key)
            .isEqualTo(unit.settings().get("left." + key).isPresent());
      } while (unit.settings().get("left." + key).isPresent());
    }
    return true;
  }

  private static List<String> killedWriter(Path file, int round, int millis)
      throws IOException, InterruptedException {
    Process writer =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                classPath(),
                CrashingWriter.class.getName(),
                file.toString(),
                Integer.toString(round))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    List<String> lines = new ArrayList<>();
    try (BufferedReader out = writer.inputReader(StandardCharsets.UTF_8)) {
      lines.add(out.readLine());
      Thread killer = new Thread(() -> killAfter(writer, millis));
      killer.start();
      out.lines().forEach(lines::add);
      killer.join();
    }
    assertThat(writer.waitFor(10, TimeUnit.SECONDS)).isTrue();
    // Killed by SIGKILL, not ended by itself.
    assertThat(writer.exitValue()).isEqualTo(128 + 9);
    // The last line may have been cut by the kill; a cut number could name a unit never told.
    lines.remove(lines.size() - 1);
    return lines;
  }

  /** Where what the writer needs was loaded from, whoever started this test and however. */
  private static String classPath() {
    return Stream.of(
            CrashingWriter.class,
            SqliteStore.class,
            Migrator.class,
            UnitOfWork.class,
            EventId.class,
            SQLiteDataSource.class,
            LoggerFactory.class)
        .map(loaded -> loaded.getProtectionDomain().getCodeSource().getLocation())
        .map(location -> Path.of(URI.create(location.toString())).toString())
        .distinct()
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static void killAfter(Process writer, int millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    // By its handle: Process itself would close the stream we still read from.
    writer.toHandle().destroyForcibly();
  }
}
