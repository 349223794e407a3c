package org.theseus.transport.jettyserver;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** File descriptors: each connection takes one, and without any nobody can be let in. */
final class Descriptors {
  /** For jars, logs, the database and what we ask of others. */
  private static final long FOR_OTHERS = 1_000;

  private static final Path LIMITS = Path.of("/proc/self/limits");
  private static final Pattern LIMIT = Pattern.compile("^Max open files +(\\d+) ");

  private Descriptors() {}

  /**
   * Tells how many the process may have, where the system says so in a file. (Java's own way to ask
   * takes half a second, in which a restart lets everybody wait.)
   */
  static OptionalLong limit() {
    try (Stream<String> limits = Files.lines(LIMITS)) {
      return limits
          .map(LIMIT::matcher)
          .filter(Matcher::find)
          .mapToLong(soft -> Long.parseLong(soft.group(1)))
          .findFirst();
    } catch (IOException | UncheckedIOException notHere) {
      return OptionalLong.empty();
    }
  }

  /** Tells how many connections there may be of those that are wanted. */
  static int connections(int wanted, OptionalLong limit) {
    if (limit.isEmpty()) {
      return wanted;
    }
    long most = limit.getAsLong();
    return (int) Math.min(wanted, most - Math.min(FOR_OTHERS, most / 2));
  }
}
