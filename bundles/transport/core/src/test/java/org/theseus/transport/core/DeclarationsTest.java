package org.theseus.transport.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.apache.felix.framework.Felix;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.util.tracker.BundleTracker;

/** For which paths and filters requests wait, in a real framework. */
class DeclarationsTest {
  @TempDir private Path cache;

  private final Dispatcher dispatcher = new Harness().dispatcher;
  private Felix felix;
  private BundleContext context;
  private BundleTracker<Bundle> tracker;

  @BeforeEach
  void start() throws Exception {
    felix =
        new Felix(Map.of(Constants.FRAMEWORK_STORAGE, cache.toString(), "felix.log.level", "0"));
    felix.start();
    context = felix.getBundleContext();
    tracker = Declarations.tracker(context, dispatcher);
    tracker.open();
  }

  @AfterEach
  void stop() throws Exception {
    tracker.close();
    felix.stop();
    felix.waitForStop(10_000);
  }

  @Test
  void aPathIsKnownFromInstallationToUninstallation() throws Exception {
    Bundle bundle = install("org.theseus.endpoint;method=GET;path=\"/a/{x}\"");
    assertThat(known("GET", "/a/1")).isTrue();
    assertThat(known("GET", "/b")).isFalse();

    bundle.start();
    bundle.stop();
    assertThat(known("GET", "/a/1")).isTrue();

    bundle.uninstall();
    assertThat(known("GET", "/a/1")).isFalse();
  }

  @Test
  void anUpdateChangesThePathsWithoutAMomentBetween() throws Exception {
    Bundle bundle =
        install(
            "org.theseus.endpoint;method=GET;path=\"/a\","
                + "org.theseus.endpoint;method=PUT;path=\"/a\"");
    bundle.start();

    bundle.update(jar("org.theseus.endpoint;method=GET;path=\"/b\"", ""));

    assertThat(known("GET", "/a")).isFalse();
    assertThat(known("PUT", "/a")).isFalse();
    assertThat(known("GET", "/b")).isTrue();
  }

  @Test
  void aBundleThatCannotBeResolvedCountsToo() throws Exception {
    Bundle bundle =
        context.installBundle(
            "unresolvable",
            jar("org.theseus.endpoint;method=GET;path=\"/a\"", "org.example.missing"));

    assertThat(bundle.getState()).isEqualTo(Bundle.INSTALLED);
    assertThat(known("GET", "/a")).isTrue();
  }

  @Test
  void whatWasInstalledBeforeIsKnownAndWhatIsOddIsNot() throws Exception {
    tracker.close();
    install(
        "org.theseus.endpoint;method=GET,"
            + "org.theseus.endpoint;method=GET;path=odd,"
            + "org.theseus.endpoint;method=GET;path=\"/a\","
            + "org.example.other;method=GET;path=\"/b\"");
    assertThat(known("GET", "/a")).isFalse();

    tracker.open();

    assertThat(known("GET", "/a")).isTrue();
    assertThat(known("GET", "/b")).isFalse();
    assertThat(known("GET", "/odd")).isFalse();
  }

  @Test
  void aFilterIsMissedFromInstallationToUninstallation() throws Exception {
    Bundle bundle =
        install(
            "org.theseus.filter;name=\"org.example.Door\","
                + "org.theseus.filter;name=\"org.example.Gate\",org.theseus.filter;odd=1");
    assertThat(away()).containsExactly("org.example.Door", "org.example.Gate");

    bundle.update(jar("org.theseus.filter;name=\"org.example.Wall\"", ""));
    assertThat(away()).containsExactly("org.example.Wall");

    bundle.uninstall();
    assertThat(away()).isEmpty();
  }

  private Set<String> away() {
    return dispatcher.filters().panel().away();
  }

  private boolean known(String method, String target) {
    return dispatcher
        .routes()
        .find(method, RequestTarget.parse(target).segments())
        .route()
        .isPresent();
  }

  private Bundle install(String capabilities) throws Exception {
    return context.installBundle("test", jar(capabilities, ""));
  }

  private static InputStream jar(String capabilities, String imports) throws IOException {
    Manifest manifest = new Manifest();
    Attributes main = manifest.getMainAttributes();
    main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    main.putValue(Constants.BUNDLE_MANIFESTVERSION, "2");
    main.putValue(Constants.BUNDLE_SYMBOLICNAME, "test");
    main.putValue(Constants.PROVIDE_CAPABILITY, capabilities);
    if (!imports.isEmpty()) {
      main.putValue(Constants.IMPORT_PACKAGE, imports);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new JarOutputStream(bytes, manifest).close();
    return new ByteArrayInputStream(bytes.toByteArray());
  }
}
