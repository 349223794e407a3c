package org.theseus.launcher.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Set;
import org.theseus.launcher.Failure;
import org.theseus.launcher.Flags;

/** {@code theseus demo}. */
public final class DemoCommand {
  private static final String HELP =
      """
      theseus demo [--json]

      Starts two servers on loopback. alice on one makes a room, bob on the other joins it; at
      least 200 messages go each way while on both servers the listener, the transaction layer
      and the store are each replaced twice. At the end both timelines are compared event by
      event.

        --json   {"sent", "received", "lost", "duplicated", "refused", "swaps": [...]}

      Exit status: 0 only if nothing was lost, duplicated or refused.
      """;

  private DemoCommand() {}

  /** Runs the demo; progress goes to {@code err}, the result to {@code out}. */
  public static int run(List<String> arguments, PrintStream out, PrintStream err) throws Exception {
    Flags flags = Flags.parse(arguments, Set.of(), Set.of("json"));
    if (flags.has("help")) {
      out.print(HELP);
      return 0;
    }
    if (!flags.words().isEmpty()) {
      throw Failure.usage("demo takes flags only, not " + flags.words().get(0));
    }
    Path directory = Files.createTempDirectory("theseus-demo");
    boolean clean = false;
    try {
      Report report = play(directory, new Progress(err));
      if (flags.has("json")) {
        out.println(report.json());
      } else {
        out.print(report.table());
      }
      clean = report.isClean();
    } finally {
      if (!clean) {
        err.println("The homes of both servers, with their logs, are kept in " + directory);
      }
    }
    if (!clean) {
      return 1;
    }
    delete(directory);
    return 0;
  }

  private static Report play(Path directory, Progress progress) throws Exception {
    try (Demo demo = Demo.start(directory, progress)) {
      return demo.run();
    }
  }

  private static void delete(Path directory) throws IOException {
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path emptied, IOException failed)
              throws IOException {
            Files.delete(emptied);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
