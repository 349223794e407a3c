package org.theseus.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The home's list of bundles that a swap has put in the place of the distribution's. The bundle
 * cache is thrown away at every start, so this list is what remembers a swap. Each line holds, with
 * tabs between them: location, symbolic name, version, and the jar's path (beneath the home, or
 * absolute). Lines that begin with {@code #} are comments.
 *
 * <p>Every listed bundle is installed; the distribution's bundles of the same symbolic name are
 * not.
 */
final class BundlesList {
  /** One line. */
  record Entry(String location, String symbolicName, String version, Path jar) {}

  private BundlesList() {}

  static List<Entry> read(Home home) throws IOException, Failure {
    List<Entry> entries = new ArrayList<>();
    if (!Files.exists(home.bundlesList())) {
      return entries;
    }
    for (String line : Files.readAllLines(home.bundlesList())) {
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      String[] fields = line.split("\t", -1);
      if (fields.length != 4) {
        throw Failure.work("%s: not four fields: %s".formatted(home.bundlesList(), line));
      }
      entries.add(new Entry(fields[0], fields[1], fields[2], home.directory().resolve(fields[3])));
    }
    return entries;
  }
}
