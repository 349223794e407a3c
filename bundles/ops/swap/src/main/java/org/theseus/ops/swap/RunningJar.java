package org.theseus.ops.swap;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Enumeration;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.osgi.framework.Bundle;

/** Writes the jar of an installed bundle again, so that a swap that fails can be undone. */
final class RunningJar {
  private static final String MANIFEST = "META-INF/MANIFEST.MF";

  private RunningJar() {}

  /** Writes it to a temporary file. */
  static Path write(Bundle bundle) throws IOException {
    Path file = Files.createTempFile("theseus-running", ".jar");
    try (OutputStream target = Files.newOutputStream(file);
        ZipOutputStream out = new ZipOutputStream(target)) {
      // Some readers want the manifest to come first.
      add(bundle, MANIFEST, out);
      addAll(bundle, "/", out);
    }
    return file;
  }

  private static void addAll(Bundle bundle, String folder, ZipOutputStream out) throws IOException {
    Enumeration<String> paths = bundle.getEntryPaths(folder);
    if (paths == null) {
      return;
    }
    for (String path : Collections.list(paths)) {
      if (path.endsWith("/")) {
        addAll(bundle, path, out);
      } else if (!path.equals(MANIFEST)) {
        add(bundle, path, out);
      }
    }
  }

  private static void add(Bundle bundle, String path, ZipOutputStream out) throws IOException {
    URL url = bundle.getEntry(path);
    if (url != null) {
      out.putNextEntry(new ZipEntry(path));
      try (InputStream in = url.openStream()) {
        in.transferTo(out);
      }
      out.closeEntry();
    }
  }
}
