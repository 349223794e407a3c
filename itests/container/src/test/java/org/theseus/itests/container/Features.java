package org.theseus.itests.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.theseus.launcher.Distribution;
import org.theseus.launcher.Failure;

/** The distribution's features and what their README says each of them needs. */
final class Features {
  private static final Pattern ROW = Pattern.compile("\\| (\\w+) \\|[^|]*\\|([^|]*)\\|");

  private final Distribution distribution =
      new Distribution(Path.of(System.getProperty("theseus.distribution")));
  private final Map<String, List<String>> needs = new TreeMap<>();

  Features() throws IOException {
    for (String line : Files.readAllLines(Path.of(System.getProperty("theseus.features")))) {
      Matcher row = ROW.matcher(line);
      if (row.matches() && !row.group(1).equals("feature")) {
        List<String> names =
            Pattern.compile("\\w+")
                .matcher(row.group(2))
                .results()
                .map(match -> match.group())
                .toList();
        needs.put(row.group(1), names);
      }
    }
  }

  /** Returns the jars of a feature and of what it needs. */
  List<Path> jars(String feature) throws IOException, Failure {
    Set<String> all = new TreeSet<>();
    collect(feature, all);
    return jars(all);
  }

  /** Returns the jars of all features. */
  List<Path> jars() throws IOException, Failure {
    return jars(needs.keySet());
  }

  private List<Path> jars(Set<String> features) throws IOException, Failure {
    List<Path> files =
        features.stream()
            .map(name -> distribution.directory().resolve("features").resolve(name + ".json"))
            .collect(Collectors.toList());
    return distribution.planks(files).stream().map(Distribution.Plank::jar).toList();
  }

  private void collect(String feature, Set<String> all) {
    if (all.add(feature)) {
      needs.get(feature).forEach(needed -> collect(needed, all));
    }
  }
}
