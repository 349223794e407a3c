package org.theseus.ops.swap;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;

/**
 * What a home keeps of swaps: the jars in {@code bundles/}, the list {@code bundles.list} of which
 * of them to start with, and {@code bundles/history.tsv}, when each was swapped and how long the
 * pause was. Files are replaced as a whole, so a crash leaves the old or the new one.
 */
final class SwapHome {
  private static final String HEAD =
      "# Bundles that were swapped in: location, symbolic name, version, jar. Written by swap.";

  /** The last swap of a bundle. */
  record Last(Instant time, long pauseMillis) {}

  private final Path home;
  private final Path jars;
  private final Path list;
  private final Path history;

  SwapHome(Path home) {
    this.home = home;
    jars = home.resolve("bundles");
    list = home.resolve("bundles.list");
    history = jars.resolve("history.tsv");
  }

  /** Puts a jar where the list can name it. */
  Jar keep(Jar jar) throws IOException {
    Files.createDirectories(jars);
    if (jars.equals(jar.file().getParent())) {
      return jar;
    }
    Path kept = jars.resolve(jar.fileName());
    Path copy = jars.resolve(jar.fileName() + ".new");
    Files.copy(jar.file(), copy, StandardCopyOption.REPLACE_EXISTING);
    move(copy, kept);
    return new Jar(kept, jar.symbolicName(), jar.version());
  }

  /** Lets go of a jar that did not work: the watcher of the folder shall not find it again. */
  void reject(Path kept) throws IOException {
    if (Files.exists(kept) && !isListed(kept)) {
      move(kept, kept.resolveSibling(kept.getFileName() + ".failed"));
    }
  }

  /** Lists a bundle under its jar, and removes the jar that was listed for it before. */
  void list(Bundle bundle, Jar kept, long pauseMillis) throws IOException {
    Map<String, List<String>> entries = read(list);
    Optional<Path> before = jarOf(entries, kept.symbolicName());
    entries.values().removeIf(fields -> fields.get(1).equals(kept.symbolicName()));
    entries.put(
        bundle.getLocation(),
        List.of(
            bundle.getLocation(),
            kept.symbolicName(),
            kept.version().toString(),
            home.relativize(kept.file()).toString()));
    write(list, entries, HEAD);
    if (before.isPresent() && !before.get().equals(kept.file())) {
      Files.deleteIfExists(before.get());
    }
    Map<String, List<String>> swaps = read(history);
    swaps.put(
        kept.symbolicName(),
        List.of(
            kept.symbolicName(),
            kept.version().toString(),
            Instant.now().truncatedTo(ChronoUnit.MILLIS).toString(),
            Long.toString(pauseMillis)));
    write(history, swaps, "# Last swaps: symbolic name, version, time, pause in milliseconds.");
  }

  /** Finds the last swap of a bundle. */
  Optional<Last> last(String symbolicName) throws IOException {
    return Optional.ofNullable(read(history).get(symbolicName))
        .map(fields -> new Last(Instant.parse(fields.get(2)), Long.parseLong(fields.get(3))));
  }

  /** Finds jars in the folder that are not listed. */
  List<Path> unlisted() throws IOException {
    if (!Files.isDirectory(jars)) {
      return List.of();
    }
    List<Path> found = new ArrayList<>();
    try (Stream<Path> files = Files.list(jars)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".jar")).sorted().toList()) {
        if (!isListed(file)) {
          found.add(file);
        }
      }
    }
    return found;
  }

  private boolean isListed(Path jar) throws IOException {
    return read(list).values().stream().anyMatch(fields -> file(fields).equals(jar));
  }

  private Optional<Path> jarOf(Map<String, List<String>> entries, String symbolicName) {
    return entries.values().stream()
        .filter(fields -> fields.get(1).equals(symbolicName))
        .map(this::file)
        .findFirst();
  }

  private Path file(List<String> fields) {
    return home.resolve(fields.get(3));
  }

  /** Reads lines of four fields by their first. */
  private static Map<String, List<String>> read(Path file) throws IOException {
    Map<String, List<String>> entries = new LinkedHashMap<>();
    if (Files.exists(file)) {
      for (String line : Files.readAllLines(file)) {
        List<String> fields = Arrays.asList(line.split("\t", -1));
        if (!line.startsWith("#") && fields.size() == 4) {
          entries.put(fields.get(0), fields);
        }
      }
    }
    return entries;
  }

  private static void write(Path file, Map<String, List<String>> entries, String head)
      throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add(head);
    entries.values().forEach(fields -> lines.add(String.join("\t", fields)));
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.write(fresh, lines);
    move(fresh, file);
  }

  private static void move(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
