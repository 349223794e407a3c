package org.theseus.itests.house;

import aQute.bnd.header.OSGiHeader;
import aQute.bnd.header.Parameters;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/**
 * What a built bundle says of itself.
 *
 * @param path the jar
 * @param headers the manifest's main section
 * @param packages the packages its classes are in
 * @param components what its Service-Component header names
 */
record BundleJar(Path path, Attributes headers, Set<String> packages, List<Component> components) {
  static BundleJar read(Path path) {
    try (JarFile jar = new JarFile(path.toFile())) {
      Attributes headers = jar.getManifest().getMainAttributes();
      Set<String> packages = new TreeSet<>();
      for (JarEntry entry : (Iterable<JarEntry>) jar.stream()::iterator) {
        String name = entry.getName();
        if (name.endsWith(".class") && name.contains("/") && !name.startsWith("META-INF/")) {
          packages.add(name.substring(0, name.lastIndexOf('/')).replace('/', '.'));
        }
      }
      List<Component> components = new ArrayList<>();
      for (String file : OSGiHeader.parseHeader(headers.getValue("Service-Component")).keySet()) {
        try (InputStream in = jar.getInputStream(jar.getEntry(file))) {
          components.add(Component.parse(in));
        }
      }
      return new BundleJar(path, headers, packages, List.copyOf(components));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Our own bundles among those in a folder. */
  static List<BundleJar> ours(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("org.theseus."))
          .sorted()
          .map(BundleJar::read)
          .toList();
    }
  }

  String symbolicName() {
    return String.join(",", header("Bundle-SymbolicName").keySet());
  }

  Parameters header(String name) {
    return OSGiHeader.parseHeader(headers.getValue(name));
  }
}
