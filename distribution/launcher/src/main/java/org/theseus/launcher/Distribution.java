package org.theseus.launcher;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.apache.felix.feature.impl.FeatureServiceImpl;
import org.osgi.framework.Constants;
import org.osgi.service.feature.FeatureBundle;
import org.osgi.service.feature.FeatureService;
import org.osgi.service.feature.ID;

/**
 * The unpacked distribution: {@code features/} says which bundles there are, {@code bundles/} holds
 * their jars.
 *
 * @param directory where it was unpacked
 */
public record Distribution(Path directory) {
  /**
   * A bundle to install.
   *
   * @param location names it in the container, whatever its version: {@code theseus:GROUP:ARTIFACT}
   * @param symbolicName as its manifest has it
   */
  public record Plank(String location, String symbolicName, Path jar) {}

  /** The distribution this program was started from. */
  static Distribution own() throws Failure {
    String directory = System.getProperty("theseus.distribution");
    if (directory == null) {
      throw Failure.work("start me by bin/theseus, which says where the bundles are");
    }
    return new Distribution(Path.of(directory));
  }

  /** Returns what the features ask for, each bundle once. */
  List<Plank> planks() throws IOException, Failure {
    try (Stream<Path> files = Files.list(directory.resolve("features"))) {
      return planks(files.filter(file -> file.toString().endsWith(".json")).sorted().toList());
    }
  }

  /** Returns what some features ask for, each bundle once. */
  public List<Plank> planks(List<Path> features) throws IOException, Failure {
    FeatureService service = new FeatureServiceImpl();
    Map<String, Plank> planks = new LinkedHashMap<>();
    for (Path feature : features) {
      try (Reader reader = Files.newBufferedReader(feature)) {
        for (FeatureBundle bundle : service.readFeature(reader).getBundles()) {
          Plank plank = plank(bundle.getID());
          planks.put(plank.location(), plank);
        }
      }
    }
    return List.copyOf(planks.values());
  }

  private Plank plank(ID id) throws IOException, Failure {
    Path jar =
        directory.resolve("bundles").resolve(id.getArtifactId() + "-" + id.getVersion() + ".jar");
    if (!Files.exists(jar)) {
      throw Failure.work("a feature asks for " + id + ", and there is no " + jar);
    }
    return new Plank(
        "theseus:" + id.getGroupId() + ":" + id.getArtifactId(), symbolicName(jar), jar);
  }

  private static String symbolicName(Path jar) throws IOException, Failure {
    try (JarFile file = new JarFile(jar.toFile())) {
      String header =
          file.getManifest() == null
              ? null
              : file.getManifest().getMainAttributes().getValue(Constants.BUNDLE_SYMBOLICNAME);
      if (header == null) {
        throw Failure.work("not a bundle: " + jar);
      }
      return header.split(";", 2)[0].strip();
    }
  }
}
