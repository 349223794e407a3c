package org.theseus.launcher;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** {@code theseus shell}: commands in the running server of a home. */
final class ShellCommand {
  static final String HELP =
      """
      theseus shell [--home DIR] [WORD ...]

      Carries out a command in the server that runs in a home (theseus-home). Several words are
      taken literally; a single one with spaces is a Gogo line, with pipes and variables.
      Without words, lines are read from stdin. Their words are taken literally too, with '...'
      or "..." around a word that has spaces; a line that has | ; { or $( outside quotes, or
      begins with NAME =, is a Gogo line. `theseus shell help` lists the commands.

      Exit status: the command's; 1 also if no server runs.
      """;

  private static final Set<String> SWAP = Set.of("swap", "theseus:swap");

  private ShellCommand() {}

  static int run(List<String> arguments, PrintStream out, PrintStream err)
      throws IOException, Failure {
    Flags flags = Flags.parse(arguments, Set.of("home"), Set.of());
    if (flags.has("help")) {
      out.print(HELP);
      return 0;
    }
    List<String> words = flags.words();
    try (ShellClient client = ShellClient.connect(Home.of(flags))) {
      if (words.isEmpty()) {
        return interactive(client, out, err);
      }
      return words.size() == 1 && words.get(0).contains(" ")
          ? client.line(words.get(0), printer(out), printer(err))
          : client.words(withPaths(words), printer(out), printer(err));
    }
  }

  /**
   * The server has a working directory of its own: the files of {@code swap}, named as seen from
   * here, are named in full.
   */
  static List<String> withPaths(List<String> words) {
    if (!SWAP.contains(words.get(0))) {
      return words;
    }
    return Stream.concat(words.stream().limit(1), words.stream().skip(1).map(ShellCommand::inFull))
        .toList();
  }

  private static String inFull(String word) {
    return word.startsWith("--") ? word : Path.of(word).toAbsolutePath().normalize().toString();
  }

  // on newer JDKs bin/theseus asks for the console that is null when there is no terminal
  @SuppressWarnings("SystemConsoleNull")
  private static int interactive(ShellClient client, PrintStream out, PrintStream err)
      throws IOException, Failure {
    boolean person = System.console() != null;
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    int status = 0;
    while (true) {
      if (person) {
        out.print("theseus> ");
        out.flush();
      }
      String line = in.readLine();
      if (line == null || line.strip().equals("exit")) {
        return status;
      }
      if (!line.isBlank()) {
        status = typed(client, line, out, err);
      }
    }
  }

  private static int typed(ShellClient client, String line, PrintStream out, PrintStream err)
      throws IOException, Failure {
    Optional<List<String>> words;
    try {
      words = TypedLine.words(line);
    } catch (Failure unusable) {
      err.println(unusable.getMessage());
      return unusable.status();
    }
    return words.isPresent()
        ? client.words(withPaths(words.get()), printer(out), printer(err))
        : client.line(line, printer(out), printer(err));
  }

  private static Consumer<String> printer(PrintStream stream) {
    return text -> {
      stream.print(text);
      stream.flush();
    };
  }
}
