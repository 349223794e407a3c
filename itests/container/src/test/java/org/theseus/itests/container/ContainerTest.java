package org.theseus.itests.container;

import static org.ops4j.pax.exam.CoreOptions.bundle;
import static org.ops4j.pax.exam.CoreOptions.composite;
import static org.ops4j.pax.exam.CoreOptions.frameworkProperty;
import static org.ops4j.pax.exam.CoreOptions.junitBundles;
import static org.ops4j.pax.exam.CoreOptions.systemProperty;
import static org.ops4j.pax.exam.CoreOptions.workingDirectory;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.inject.Inject;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.CoreOptions;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.theseus.launcher.Container;
import org.theseus.launcher.Home;
import org.theseus.launcher.HomeConfiguration;
import org.theseus.launcher.HostPort;
import org.theseus.launcher.Settings;

/** A container with a fresh home, configured as {@code theseus run} does it. */
@RunWith(PaxExam.class)
public abstract class ContainerTest {
  @Inject protected BundleContext context;

  /** Provisions jars in a container of their own. */
  static Option[] container(List<Path> jars) throws Exception {
    Path work = Files.createDirectories(Path.of(System.getProperty("theseus.work")));
    Home home = new Home(Files.createTempDirectory(work, "home"));
    home.makeDirectories();
    // whatever port is free
    HostPort listen = new HostPort("127.0.0.1", 0);
    HomeConfiguration.create(home, new Settings("localhost:8448", listen, Optional.empty(), true));

    return new Option[] {
      systemProperty("pax.exam.osgi.unresolved.fail").value("true"),
      workingDirectory(Files.createTempDirectory(work, "container").toString()),
      junitBundles(),
      composite(
          Container.properties(home).entrySet().stream()
              .filter(property -> !property.getKey().equals(Constants.FRAMEWORK_STORAGE))
              .map(ContainerTest::option)
              .toArray(Option[]::new)),
      composite(jars.stream().map(jar -> bundle(jar.toUri().toString())).toArray(Option[]::new))
    };
  }

  private static Option option(Map.Entry<String, String> property) {
    if (!property.getKey().equals(Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA)) {
      return frameworkProperty(property.getKey()).value(property.getValue());
    }
    // the harness adds its own packages to these; it was built for the SLF4J before
    return composite(
        Stream.of(property.getValue() + ",org.slf4j;version=\"1.7.36\"")
            .flatMap(packages -> Stream.of(packages.split(",", -1)))
            .map(CoreOptions::systemPackage)
            .toArray(Option[]::new));
  }
}
