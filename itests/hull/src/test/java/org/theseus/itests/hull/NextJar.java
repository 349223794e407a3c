package org.theseus.itests.hull;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Predicate;
import java.util.jar.JarEntry;
import java.util.jar.JarInputStream;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** Makes the jar of a bundle again, under another version or broken. */
final class NextJar {
  private NextJar() {}

  static Path of(Path jar, String version, Path folder) throws IOException {
    return write(jar, version, "", entry -> true, folder);
  }

  static Path unresolvable(Path jar, String version, Path folder) throws IOException {
    return write(jar, version, ",org.example.nowhere", entry -> true, folder);
  }

  static Path without(String part, Path jar, String version, Path folder) throws IOException {
    return write(jar, version, "", entry -> !entry.contains(part), folder);
  }

  private static Path write(
      Path jar, String version, String imports, Predicate<String> kept, Path folder)
      throws IOException {
    try (InputStream file = Files.newInputStream(jar);
        JarInputStream in = new JarInputStream(file)) {
      Manifest manifest = in.getManifest();
      manifest.getMainAttributes().putValue("Bundle-Version", version);
      manifest
          .getMainAttributes()
          .computeIfPresent(
              new java.util.jar.Attributes.Name("Import-Package"), (name, old) -> old + imports);
      Path copy = Files.createTempFile(folder, "next", ".jar");
      try (OutputStream target = Files.newOutputStream(copy);
          JarOutputStream out = new JarOutputStream(target, manifest)) {
        for (JarEntry entry = in.getNextJarEntry(); entry != null; entry = in.getNextJarEntry()) {
          if (kept.test(entry.getName())) {
            out.putNextEntry(new JarEntry(entry.getName()));
            in.transferTo(out);
            out.closeEntry();
          }
        }
      }
      return copy;
    }
  }
}
