package org.theseus.ops.shell;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The words of a command, sorted: positional ones, flags with values, switches. After {@code --}
 * all are positional.
 */
final class Arguments {
  private static final Set<String> EVERYWHERE = Set.of("--json", "--help");

  private final List<String> positional = new ArrayList<>();
  private final Map<String, List<String>> flags = new HashMap<>();
  private final Set<String> switches = new HashSet<>();
  private final Usage usage;

  private Arguments(Usage usage) {
    this.usage = usage;
  }

  /**
   * Sorts words.
   *
   * @throws IllegalArgumentException if they are not as the usage has it
   */
  static Arguments parse(Usage usage, String... words) {
    Arguments arguments = new Arguments(usage);
    arguments.sort(words);
    if (!arguments.isHelp()) {
      int count = arguments.positional.size();
      if (count < usage.least() || count > usage.most()) {
        throw usage.error(count < usage.least() ? "a word is missing" : "there are too many words");
      }
    }
    return arguments;
  }

  private void sort(String... words) {
    for (int i = 0; i < words.length; i++) {
      String word = words[i];
      int equals = word.indexOf('=');
      String name = equals < 0 ? word : word.substring(0, equals);
      if (word.equals("--")) {
        positional.addAll(List.of(words).subList(i + 1, words.length));
        return;
      } else if (!word.startsWith("--")) {
        positional.add(word);
      } else if (EVERYWHERE.contains(word) || usage.switches().contains(word)) {
        switches.add(word);
      } else if (!usage.flags().contains(name)) {
        throw usage.error("there is no flag " + name);
      } else if (equals >= 0) {
        add(name, word.substring(equals + 1));
      } else if (i + 1 == words.length) {
        throw usage.error(name + " wants a value");
      } else {
        add(name, words[++i]);
        while (usage.lists().contains(name)
            && i + 1 < words.length
            && !words[i + 1].startsWith("--")) {
          add(name, words[++i]);
        }
      }
    }
  }

  private void add(String flag, String value) {
    flags.computeIfAbsent(flag, any -> new ArrayList<>()).add(value);
  }

  boolean isHelp() {
    return switches.contains("--help");
  }

  boolean isJson() {
    return switches.contains("--json");
  }

  boolean has(String name) {
    return switches.contains(name) || flags.containsKey(name);
  }

  boolean hasAny(Set<String> names) {
    return names.stream().anyMatch(this::has);
  }

  int count() {
    return positional.size();
  }

  String word(int index) {
    return positional.get(index);
  }

  Optional<String> value(String flag) {
    List<String> values = values(flag);
    if (values.size() > 1) {
      throw usage.error(flag + " can be given once");
    }
    return values.stream().findFirst();
  }

  List<String> values(String flag) {
    return flags.getOrDefault(flag, List.of());
  }
}
