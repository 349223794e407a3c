package org.theseus.ops.swap;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Finds jars that somebody has put into the home's folder, once they no longer grow. */
final class DropFolder {
  private record Stamp(long size, FileTime changed) {}

  private final SwapHome home;
  private Map<Path, Stamp> seen = new HashMap<>();

  DropFolder(SwapHome home) {
    this.home = home;
  }

  /** Lists those that are as they were at the last look. */
  List<Path> settled() throws IOException {
    Map<Path, Stamp> now = new HashMap<>();
    List<Path> settled = new ArrayList<>();
    for (Path file : home.unlisted()) {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      Stamp stamp = new Stamp(attributes.size(), attributes.lastModifiedTime());
      now.put(file, stamp);
      if (stamp.equals(seen.get(file))) {
        settled.add(file);
      }
    }
    seen = now;
    return settled;
  }
}
