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
    Report report;
    try (Demo demo = Demo.start(directory, new Progress(err))) {
      report = demo.run();
    }
    if (flags.has("json")) {
      out.println(report.json());
    } else {
      out.print(report.table());
    }
    if (report.isClean()) {
      delete(directory);
      return 0;
    }
    err.println("The homes of both servers, with their logs, are kept in " + directory);
    return 1;
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
