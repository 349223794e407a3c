package org.theseus.ops.shell;

/** What all commands do first: sort their words, and explain themselves if asked to. */
@FunctionalInterface
interface Command {
  /** Does the work and prints the result. */
  void run(Arguments given) throws InterruptedException;

  /** Runs a command, or prints its usage. */
  static void run(Usage usage, String[] words, Command command) throws InterruptedException {
    Arguments given = Arguments.parse(usage, words);
    if (given.isHelp()) {
      usage.text().lines().forEach(Output::line);
    } else {
      command.run(given);
    }
  }
}
