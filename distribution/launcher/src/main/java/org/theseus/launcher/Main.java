package org.theseus.launcher;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.theseus.launcher.demo.DemoCommand;
import org.theseus.launcher.event.EventCommand;

/** The program {@code theseus}. */
public final class Main {
  private static final String HELP =
      """
      theseus: a Matrix server whose every layer can be replaced while it runs.

        theseus run     a server in the foreground
        theseus demo    two servers on loopback that talk while their layers are replaced
        theseus shell   commands in a running server
        theseus event   the rules on JSON from stdin; no server, no container

      theseus COMMAND --help tells more.
      """;

  private Main() {}

  /** Carries out one command and ends the JVM, which the container's threads would keep alive. */
  public static void main(String[] arguments) {
    System.exit(run(List.of(arguments), utf8(FileDescriptor.out), utf8(FileDescriptor.err)));
  }

  /** Carries out one command and returns its exit status. */
  static int run(List<String> arguments, PrintStream out, PrintStream err) {
    try {
      return dispatch(arguments, out, err);
    } catch (Failure e) {
      err.println("theseus: " + e.getMessage());
      return e.status();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 1;
    } catch (Exception | LinkageError e) {
      err.println("theseus: " + e);
      e.printStackTrace(err);
      return 1;
    }
  }

  private static int dispatch(List<String> arguments, PrintStream out, PrintStream err)
      throws Exception {
    if (arguments.isEmpty()) {
      err.print(HELP);
      return 2;
    }
    List<String> rest = arguments.subList(1, arguments.size());
    String command = arguments.get(0);
    switch (command) {
      case "run":
        return RunCommand.run(rest, out);
      case "demo":
        return DemoCommand.run(rest, out, err);
      case "event":
        return EventCommand.run(rest, System.in, out, err);
      case "shell":
        return ShellCommand.run(rest, out, err);
      default:
        if (Flags.isHelp(command) || command.equals("help")) {
          out.print(HELP);
          return 0;
        }
        throw Failure.usage("no such command: " + command + "; see theseus --help");
    }
  }

  /** Events are UTF-8 in any locale. */
  private static PrintStream utf8(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }
}
