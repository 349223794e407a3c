package org.theseus.ops.swap;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import org.osgi.framework.Constants;
import org.osgi.framework.Version;

/**
 * A bundle's jar.
 *
 * @param file where it is
 * @param symbolicName as its manifest has it
 * @param version as its manifest has it
 */
record Jar(Path file, String symbolicName, Version version) {
  /**
   * Reads a manifest.
   *
   * @throws IllegalArgumentException if there is no such file, or it is no bundle
   */
  static Jar read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new IllegalArgumentException("there is no file " + file);
    }
    try (JarFile jar = new JarFile(file.toFile())) {
      Manifest manifest = jar.getManifest();
      Attributes headers = manifest == null ? new Attributes() : manifest.getMainAttributes();
      String name = headers.getValue(Constants.BUNDLE_SYMBOLICNAME);
      if (name == null) {
        throw new IllegalArgumentException(file + " is no bundle");
      }
      int directive = name.indexOf(';');
      return new Jar(
          file,
          (directive < 0 ? name : name.substring(0, directive)).strip(),
          Version.parseVersion(headers.getValue(Constants.BUNDLE_VERSION)));
    } catch (IOException unreadable) {
      throw new IllegalArgumentException(file + " is no jar", unreadable);
    }
  }

  InputStream open() throws IOException {
    return Files.newInputStream(file);
  }

  String fileName() {
    return symbolicName + '-' + version + ".jar";
  }
}
