package org.theseus.ops.shell;

import java.util.Set;

/**
 * How a command is written.
 *
 * @param text what {@code --help} prints, the syntax in its first line
 * @param least the fewest positional words
 * @param most the most
 * @param switches flags without a value
 * @param flags flags with a value
 * @param lists those of them that take all words up to the next flag
 */
record Usage(
    String text, int least, int most, Set<String> switches, Set<String> flags, Set<String> lists) {
  static Usage of(int least, int most, String text) {
    return new Usage(text, least, most, Set.of(), Set.of(), Set.of());
  }

  Usage withSwitches(String... names) {
    return new Usage(text, least, most, Set.of(names), flags, lists);
  }

  Usage withFlags(String... names) {
    return new Usage(text, least, most, switches, Set.of(names), lists);
  }

  Usage withLists(String... names) {
    return new Usage(text, least, most, switches, flags, Set.of(names));
  }

  IllegalArgumentException error(String what) {
    return new IllegalArgumentException(what + "; usage: " + text.lines().findFirst().orElse(""));
  }
}
