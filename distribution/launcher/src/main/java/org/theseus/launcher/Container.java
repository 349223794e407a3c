package org.theseus.launcher;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.felix.framework.FrameworkFactory;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.framework.wiring.FrameworkWiring;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The OSGi framework of a running server, with everything installed in it. */
public final class Container {
  private static final Logger log = LoggerFactory.getLogger(Container.class);
  private static final String LISTENER = "org.theseus.transport.api.Listener";

  /** Takes long to start and needs nobody to begin with: it has a thread of its own for that. */
  private static final String LISTENING = "org.theseus.transport.jetty-server";

  /**
   * Started before the others, in this order. The first two are at work when their start returns:
   * no component is to be made before its configuration is known, or it would do its first steps
   * with the defaults. The rest makes components.
   */
  private static final List<String> FIRST =
      List.of(
          "org.apache.felix.configadmin",
          "org.apache.felix.fileinstall",
          "org.apache.felix.scr",
          LISTENING);

  private final Framework framework;
  private final List<Bundle> bundles;

  private Container(Framework framework, List<Bundle> bundles) {
    this.framework = framework;
    this.bundles = bundles;
  }

  /**
   * Starts the framework and installs every bundle. One that cannot be installed, or started later,
   * is logged and left out: what needs it waits for it, the shell can replace it.
   */
  static Container install(Distribution distribution, Home home)
      throws IOException, BundleException, Failure {
    List<Distribution.Plank> planks = distribution.planks();
    List<BundlesList.Entry> entries = BundlesList.read(home);
    Map<String, Object> properties = new HashMap<>(properties(home));
    properties.put("felix.log.logger", new LogBridge.FrameworkLogger());
    Framework framework = new FrameworkFactory().newFramework(properties);
    framework.init();
    LogBridge.open(framework.getBundleContext());
    framework.start();

    Map<String, Path> jars = new LinkedHashMap<>();
    Set<String> replaced = new HashSet<>();
    for (BundlesList.Entry entry : entries) {
      if (Files.isRegularFile(entry.jar())) {
        jars.put(entry.location(), entry.jar());
        replaced.add(entry.symbolicName());
      } else {
        log.error(
            "{} {} was swapped in, but {} is gone: starting with the distribution's",
            entry.symbolicName(),
            entry.version(),
            entry.jar());
      }
    }
    int swapped = jars.size();
    for (Distribution.Plank plank : planks) {
      if (!replaced.contains(plank.symbolicName())) {
        jars.put(plank.location(), plank.jar());
      }
    }
    List<Bundle> bundles = install(framework.getBundleContext(), jars);
    log.info("{} bundles installed, {} of them swapped", bundles.size(), swapped);
    return new Container(framework, bundles);
  }

  private static List<Bundle> install(BundleContext context, Map<String, Path> jars)
      throws IOException {
    List<Bundle> bundles = new ArrayList<>();
    for (Map.Entry<String, Path> jar : jars.entrySet()) {
      try (InputStream in = new BufferedInputStream(Files.newInputStream(jar.getValue()))) {
        bundles.add(context.installBundle(jar.getKey(), in));
      } catch (BundleException e) {
        log.error("cannot install {}", jar.getValue(), e);
      }
    }
    return bundles;
  }

  private static int place(Bundle bundle) {
    int place = FIRST.indexOf(bundle.getSymbolicName());
    return place < 0 ? FIRST.size() : place;
  }

  /** Starts every bundle. All are resolved before, lest two threads want to do so. */
  void start() {
    framework.adapt(FrameworkWiring.class).resolveBundles(bundles);
    List<Bundle> ordered = new ArrayList<>(bundles);
    ordered.sort(Comparator.comparingInt(Container::place));
    List<Thread> aside = new ArrayList<>();
    for (Bundle bundle : ordered) {
      if (bundle.getSymbolicName().equals(LISTENING)) {
        Thread thread = new Thread(() -> start(bundle), "start-listener");
        thread.start();
        aside.add(thread);
      } else {
        start(bundle);
      }
    }
    aside.forEach(Container::join);
  }

  private static void start(Bundle bundle) {
    boolean fragment =
        (bundle.adapt(BundleRevision.class).getTypes() & BundleRevision.TYPE_FRAGMENT) != 0;
    try {
      if (!fragment) {
        bundle.start();
      }
    } catch (BundleException | IllegalStateException e) {
      log.error("cannot start {} {}", bundle.getSymbolicName(), bundle.getVersion(), e);
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The properties a framework needs to run a home. */
  public static Map<String, String> properties(Home home) {
    Map<String, String> properties = new HashMap<>();
    properties.put("theseus.home", home.directory().toString());
    properties.put(Constants.FRAMEWORK_STORAGE, home.run().resolve("cache").toString());
    // the home's list of bundles is the truth, not what the last run left behind
    properties.put(
        Constants.FRAMEWORK_STORAGE_CLEAN, Constants.FRAMEWORK_STORAGE_CLEAN_ONFIRSTINIT);
    properties.put(Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA, systemPackages());

    // above the drain budget of 5 s: SCR waits for @Deactivate this long, then goes on without it
    properties.put("ds.lock.timeout.milliseconds", "15000");
    properties.put("ds.loglevel", "warn");

    properties.put("felix.fileinstall.dir", home.etc().toString());
    properties.put("felix.fileinstall.filter", ".*\\.(cfg|config)");
    properties.put("felix.fileinstall.subdir.mode", "skip");
    properties.put("felix.fileinstall.poll", "2000");
    properties.put("felix.fileinstall.noInitialDelay", "true");
    properties.put("felix.fileinstall.enableConfigSave", "false");
    properties.put("felix.fileinstall.tmpdir", home.run().resolve("fileinstall").toString());
    // else every change of a file refreshes all bundles
    properties.put("felix.fileinstall.optionalImportRefreshScope", "managed");
    properties.put("felix.fileinstall.fragmentRefreshScope", "managed");

    // with stdin at its end an interactive Gogo stops the whole framework
    properties.put("gosh.args", "--nointeractive");
    return properties;
  }

  /** Logging comes from the launcher's class path: an update of it then refreshes nobody. */
  private static String systemPackages() {
    String version = Logger.class.getPackage().getImplementationVersion();
    return ("org.slf4j;version=\"%1$s\",org.slf4j.event;version=\"%1$s\","
            + "org.slf4j.helpers;version=\"%1$s\",org.slf4j.spi;version=\"%1$s\","
            + "org.osgi.service.log;version=\"1.5.0\"")
        .formatted(version);
  }

  /** Tells whether a listener is there. */
  boolean hasListener() {
    return framework.getBundleContext().getServiceReference(LISTENER) != null;
  }

  /**
   * Stops everything, which takes at most 60 s, and tells whether it is done. The listeners go
   * first, while there is somebody to answer the requests they have; whoever connects from then on
   * waits in the socket, and for the next process if the socket is the service manager's.
   */
  boolean stop() {
    try {
      stopListeners();
      framework.stop();
      FrameworkEvent end = framework.waitForStop(TimeUnit.SECONDS.toMillis(60));
      if (end.getType() == FrameworkEvent.STOPPED) {
        return true;
      }
      log.error("the framework has not stopped: event {}", end.getType());
    } catch (BundleException e) {
      log.error("cannot stop the framework", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return false;
  }

  private void stopListeners() throws BundleException {
    for (Bundle bundle : framework.getBundleContext().getBundles()) {
      ServiceReference<?>[] offered = bundle.getRegisteredServices();
      if (offered != null && Arrays.stream(offered).anyMatch(Container::isListener)) {
        bundle.stop(Bundle.STOP_TRANSIENT);
      }
    }
  }

  private static boolean isListener(ServiceReference<?> service) {
    return List.of((String[]) service.getProperty(Constants.OBJECTCLASS)).contains(LISTENER);
  }

  /** Waits until someone stops the framework. */
  void await() throws InterruptedException {
    framework.waitForStop(0);
  }
}
