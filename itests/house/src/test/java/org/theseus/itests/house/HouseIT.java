package org.theseus.itests.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Holds the built distribution against the rules of the house. */
class HouseIT {
  private static final Path DISTRIBUTION = Path.of(System.getProperty("theseus.distribution"));
  private static final Path SOURCES = Path.of(System.getProperty("theseus.sources"));
  private static List<BundleJar> bundles;

  @BeforeAll
  static void readBundles() throws IOException {
    bundles = BundleJar.ours(DISTRIBUTION.resolve("bundles"));
    assertThat(bundles).isNotEmpty();
  }

  @TestFactory
  Stream<DynamicTest> everyJarKeepsTheRules() {
    return bundles.stream()
        .map(
            jar ->
                DynamicTest.dynamicTest(
                    jar.symbolicName(), () -> assertThat(HouseRules.violations(jar)).isEmpty()));
  }

  @Test
  void noComponentsWaitForEachOther() {
    List<Component> components = bundles.stream().flatMap(b -> b.components().stream()).toList();

    assertThat(new ComponentGraph(components).circles()).isEmpty();
  }

  @Test
  void featuresNameExactlyWhatTheDistributionHolds() throws IOException {
    Pattern id = Pattern.compile("\\{ \"id\": \"[^:]+:([^:]+):([^:\"]+)\" \\}");
    TreeSet<String> named = new TreeSet<>();
    try (Stream<Path> features = Files.list(DISTRIBUTION.resolve("features"))) {
      for (Path feature : features.toList()) {
        Matcher matcher = id.matcher(Files.readString(feature));
        while (matcher.find()) {
          named.add(matcher.group(1) + "-" + matcher.group(2) + ".jar");
        }
      }
    }
    try (Stream<Path> jars = Files.list(DISTRIBUTION.resolve("bundles"))) {
      assertThat(jars.map(jar -> jar.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(named);
    }
  }

  @Test
  void theApisAreDocumented(@TempDir Path classes) throws IOException {
    assertThat(ApiDocs.gaps(SOURCES, classes)).isEmpty();
  }

  @Test
  void theProtocolsTypesNameTheirSectionOfTheSpecification() throws IOException {
    assertThat(ApiDocs.withoutSection(SOURCES.resolve("protocol"))).isEmpty();
  }

  /** A change of an API is seen in review: write the listings anew with -Dtheseus.api.write. */
  @TestFactory
  Stream<DynamicTest> theExportedApiIsAsListed() {
    return bundles.stream()
        .filter(jar -> jar.symbolicName().endsWith(".api"))
        .map(jar -> DynamicTest.dynamicTest(jar.symbolicName(), () -> compareWithListing(jar)));
  }

  private static void compareWithListing(BundleJar jar) throws Exception {
    String folder = jar.symbolicName().replace("org.theseus.", "").replace('.', '/');
    Path listing = SOURCES.resolve(folder).resolve("src/api.txt");
    String is = ApiListing.of(jar, bundles);
    if (System.getProperty("theseus.api.write") != null) {
      Files.writeString(listing, is);
    }
    assertThat(is)
        .as("the API differs from %s; if it shall, run with -Dtheseus.api.write", listing)
        .isEqualTo(Files.readString(listing));
  }
}
