package org.theseus.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

class StopSignalsTest {
  /** A program that waits until it is stopped, and says so. */
  static final class Waiting {
    private Waiting() {}

    public static void main(String[] arguments) throws InterruptedException {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.print("hook")));
      StopSignals.handle();
      System.out.print("ready ");
      System.out.flush();
      new CountDownLatch(1).await();
    }
  }

  @Test
  void sigtermEndsTheProgramInOrder() throws Exception {
    String classPath =
        Stream.of(Waiting.class, StopSignals.class, Logger.class)
            .map(type -> type.getProtectionDomain().getCodeSource().getLocation())
            .map(location -> Path.of(location.getPath()).toString())
            .distinct()
            .collect(Collectors.joining(":"));
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp",
                    classPath,
                    Waiting.class.getName()))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (var out = process.inputReader()) {
      char[] ready = new char[6];
      assertThat(out.read(ready)).isEqualTo(6);

      process.toHandle().destroy(); // which leaves its output readable

      assertThat(out.readLine()).isEqualTo("hook");
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isZero();
    } finally {
      process.destroyForcibly();
    }
  }
}
