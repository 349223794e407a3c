package org.theseus.ops.swap;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Version;

/** The commands as typed, in a framework that only knows names, versions and states. */
class SwapCommandsTest {
  private static final String CORE = "org.theseus.pdu.core";

  @TempDir Path home;

  private final PrintStream before = System.out;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private Swapper swapper;
  private SwapCommands commands;

  @BeforeEach
  void givenAFrameworkWithTwoBundles() {
    Bundle[] bundles = {
      bundle(CORE, "1.0.0", Bundle.ACTIVE), bundle("org.apache.felix.scr", "2.2.18", Bundle.ACTIVE)
    };
    BundleContext system =
        fake(
            BundleContext.class,
            Map.of(
                "getBundles",
                bundles,
                "installBundle",
                bundle("org.theseus.added", "1.2.0", Bundle.INSTALLED)));
    Bundle self = fake(Bundle.class, Map.of("getBundleContext", system));
    swapper =
        new Swapper(
            fake(BundleContext.class, Map.of("getBundle", self)),
            fake(Swapper.Config.class, Map.of("home", home.toString())));
    swapper.start();
    commands = new SwapCommands(swapper);
    System.setOut(new PrintStream(out, true, UTF_8));
  }

  @AfterEach
  void stop() {
    System.setOut(before);
    swapper.stop();
  }

  @Test
  void helpShowsTheSyntaxFirst() throws Exception {
    commands.swap("some.jar", "--help");
    assertThat(printed()).startsWith("swap FILE ... [--json]\n");
    commands.layers("--help");
    assertThat(printed()).startsWith("layers [--json]\n");
  }

  @Test
  void unusableWordsAreTold() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> commands.swap("--json"))
        .withMessage("usage: swap FILE ... [--json]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> commands.layers("all"))
        .withMessage("usage: layers [--json]");
  }

  @Test
  void filesThatAreNoBundlesAreUnusable() throws IOException {
    Path missing = home.resolve("missing.jar");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> commands.swap(missing.toString()))
        .withMessage("there is no file " + missing);

    Path text = Files.writeString(home.resolve("text.jar"), "planks");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> commands.swap(text.toString()))
        .withMessage(text + " is no jar");

    Path plain = jar("plain.jar", Map.of());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> commands.swap(plain.toString()))
        .withMessage(plain + " is no bundle");
  }

  @Test
  void twoJarsOfOneBundleAreUnusable() throws IOException {
    String one = jar("one.jar", headers(CORE, "1.1.0")).toString();
    String two = jar("two.jar", headers(CORE, "1.2.0")).toString();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> commands.swap(one, two))
        .withMessage("two jars of " + CORE);
  }

  @Test
  void swapTellsWhatItDid() throws Exception {
    String jar = jar("added.jar", headers("org.theseus.added;singleton:=true", "1.2.0")).toString();

    commands.swap(jar);
    assertThat(lastLine()).isEqualTo("org.theseus.added none -> 1.2.0, pause 0 ms");
    commands.swap("--json", jar);
    assertThat(lastLine())
        .isEqualTo(
            """
            [{"bundle":"org.theseus.added","oldVersion":"","newVersion":"1.2.0","pauseMillis":0}]\
            """);
  }

  @Test
  void layersShowsOurBundlesAndTheirLastSwap() throws IOException {
    Files.createDirectories(home.resolve("bundles"));
    Files.writeString(
        home.resolve("bundles").resolve("history.tsv"),
        CORE + "\t1.0.0\t2026-01-02T03:04:05.006Z\t41\n");

    commands.layers();
    assertThat(lastLine())
        .isEqualTo(CORE + " 1.0.0 active swapped 2026-01-02T03:04:05.006Z, pause 41 ms");
    commands.layers("--json");
    assertThat(lastLine())
        .isEqualTo(
            """
            [{"bundle":"org.theseus.pdu.core","version":"1.0.0","state":"active",\
            "lastSwap":"2026-01-02T03:04:05.006Z","pauseMillis":41}]\
            """);
  }

  /** The result comes last, after what a log may have said. */
  private String lastLine() {
    return printed().lines().reduce("", (earlier, later) -> later);
  }

  private String printed() {
    String text = out.toString(UTF_8);
    out.reset();
    return text;
  }

  private static Map<String, String> headers(String name, String version) {
    return Map.of("Bundle-SymbolicName", name, "Bundle-Version", version);
  }

  private Path jar(String name, Map<String, String> headers) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    headers.forEach(manifest.getMainAttributes()::putValue);
    Path path = home.resolve(name);
    try (OutputStream file = Files.newOutputStream(path);
        JarOutputStream jar = new JarOutputStream(file, manifest)) {
      jar.finish();
    }
    return path;
  }

  private static Bundle bundle(String name, String version, int state) {
    Map<String, Object> answers = new HashMap<>();
    answers.put("getSymbolicName", name);
    answers.put("getVersion", Version.parseVersion(version));
    answers.put("getState", state);
    answers.put("getLocation", "theseus:" + name);
    answers.put("getBundleId", 1L);
    answers.put("getRegisteredServices", null);
    answers.put("start", null);
    return fake(Bundle.class, answers);
  }

  /** Answers the methods named, whatever they are asked; others are not expected. */
  private static <T> T fake(Class<T> type, Map<String, Object> answers) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              if (!answers.containsKey(method.getName())) {
                throw new UnsupportedOperationException(method.toString());
              }
              return answers.get(method.getName());
            }));
  }
}
