package org.theseus.launcher;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The flags in front of a command's words. The first word that is no flag ends them, as does {@code
 * --}: what follows belongs to the command. Every command has the flag {@code --help} or {@code
 * -h}; what follows it is not looked at.
 *
 * @param values flags with their values; a switch has the value {@code true}
 * @param words what follows the flags
 */
public record Flags(Map<String, String> values, List<String> words) {
  public Flags {
    values = Map.copyOf(values);
    words = List.copyOf(words);
  }

  /**
   * Reads arguments.
   *
   * @param valued names of the flags that take a value, without dashes
   * @param switches names of those that take none
   */
  public static Flags parse(List<String> arguments, Set<String> valued, Set<String> switches)
      throws Failure {
    Map<String, String> values = new HashMap<>();
    int i = 0;
    for (; i < arguments.size() && arguments.get(i).startsWith("-"); i++) {
      String argument = arguments.get(i);
      if (argument.equals("--")) {
        i++;
        break;
      }
      if (isHelp(argument)) {
        return new Flags(Map.of("help", "true"), List.of());
      }
      int equals = argument.indexOf('=');
      String name = equals < 0 ? argument : argument.substring(0, equals);
      String key = name.startsWith("--") ? name.substring(2) : name;
      String value;
      if (valued.contains(key)) {
        if (equals < 0 && ++i == arguments.size()) {
          throw Failure.usage(name + " needs a value");
        }
        value = equals < 0 ? arguments.get(i) : argument.substring(equals + 1);
      } else if (switches.contains(key) && equals < 0) {
        value = "true";
      } else {
        throw Failure.usage("unknown flag " + argument);
      }
      if (values.put(key, value) != null) {
        throw Failure.usage(name + " is given twice");
      }
    }
    return new Flags(values, arguments.subList(i, arguments.size()));
  }

  /** Tells whether a word asks for help. */
  public static boolean isHelp(String word) {
    return word.equals("--help") || word.equals("-h");
  }

  /** Returns the value of a flag, if it was given. */
  public Optional<String> value(String name) {
    return Optional.ofNullable(values.get(name));
  }

  /** Tells whether a flag was given. */
  public boolean has(String name) {
    return values.containsKey(name);
  }
}
