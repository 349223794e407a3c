package org.theseus.launcher.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarInputStream;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.theseus.launcher.Failure;

/** Makes the same bundle again under a later version, as an upgrade would bring it. */
public final class NextVersion {
  private static final Attributes.Name VERSION = new Attributes.Name("Bundle-Version");

  private NextVersion() {}

  /** Finds the jar of a bundle in the distribution. */
  public static Path jarOf(Path distribution, String symbolicName) throws IOException, Failure {
    try (Stream<Path> jars = Files.list(distribution.resolve("bundles"))) {
      return jars.filter(
              jar -> jar.getFileName().toString().matches(symbolicName + "-[0-9].*\\.jar"))
          .findFirst()
          .orElseThrow(() -> Failure.work("the distribution has no " + symbolicName));
    }
  }

  /** Writes a copy whose version's third part is {@code step} higher. */
  public static Path write(Path jar, int step, Path directory) throws IOException {
    try (InputStream file = Files.newInputStream(jar);
        JarInputStream in = new JarInputStream(file)) {
      Manifest manifest = in.getManifest();
      String version = later(manifest.getMainAttributes().getValue(VERSION), step);
      manifest.getMainAttributes().put(VERSION, version);
      String name = jar.getFileName().toString().replaceFirst("-[0-9].*", "-" + version + ".jar");
      Path copy = directory.resolve(name);
      try (OutputStream target = Files.newOutputStream(copy);
          JarOutputStream out = new JarOutputStream(target, manifest)) {
        for (JarEntry entry = in.getNextJarEntry(); entry != null; entry = in.getNextJarEntry()) {
          out.putNextEntry(new JarEntry(entry.getName()));
          in.transferTo(out);
          out.closeEntry();
        }
      }
      return copy;
    }
  }

  /** Raises the third part of a version; what qualifies it goes. */
  static String later(String version, int step) {
    String[] parts = version.split("\\.", 4);
    return parts[0] + '.' + parts[1] + '.' + (Integer.parseInt(parts[2]) + step);
  }
}
