package org.theseus.itests.peer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs {@code bin/theseus} to its end, as a user types it. */
public final class Command {
  /** What a program came to. */
  public record Result(int status, String out, String err) {}

  private Command() {}

  /** The unpacked distribution the tests run. */
  public static Path distribution() {
    return Path.of(System.getProperty("theseus.distribution")).toAbsolutePath().normalize();
  }

  /** A process to be, of {@code bin/theseus} with these words. */
  public static ProcessBuilder theseus(String... words) {
    List<String> command = new ArrayList<>();
    command.add(distribution().resolve("bin").resolve("theseus").toString());
    command.addAll(List.of(words));
    return new ProcessBuilder(command);
  }

  /** Runs it to its end, at most five minutes; its output goes through files in a directory. */
  public static Result run(Path directory, String... words)
      throws IOException, InterruptedException {
    return runWith(directory, "", words);
  }

  /** Runs it to its end with something on stdin. */
  public static Result runWith(Path directory, String stdin, String... words)
      throws IOException, InterruptedException {
    Path in = Files.writeString(Files.createTempFile(directory, "in", ".txt"), stdin);
    Path out = Files.createTempFile(directory, "out", ".txt");
    Path err = Files.createTempFile(directory, "err", ".txt");
    Process process =
        theseus(words)
            .directory(directory.toFile())
            .redirectInput(in.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    try {
      if (!process.waitFor(5, TimeUnit.MINUTES)) {
        throw new AssertionError("theseus " + String.join(" ", words) + " does not end");
      }
    } finally {
      process.destroyForcibly();
    }
    return new Result(
        process.exitValue(),
        Files.readString(out, StandardCharsets.UTF_8),
        Files.readString(err, StandardCharsets.UTF_8));
  }
}
