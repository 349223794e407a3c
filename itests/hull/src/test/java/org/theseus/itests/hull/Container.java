package org.theseus.itests.hull;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.felix.framework.FrameworkFactory;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.theseus.transport.api.Listener;
import org.theseus.transport.api.RequestHandler;

/**
 * A bare framework with Declarative Services, the listener and the swap; the tests take the place
 * of the router. The api packages come from the tests' class path, so that both sides share them.
 */
final class Container implements AutoCloseable {
  static final String LISTENER = "org.theseus.transport.jetty-server";
  static final String SOCKETS = "org.theseus.transport.sockets";
  static final String SWAP = "org.theseus.ops.swap";
  private static final String LISTENER_PID = "org.theseus.transport.jettyserver.JettyListener";
  private static final List<String> BUNDLES =
      List.of(
          "org.osgi.util.function",
          "org.osgi.util.promise",
          "org.osgi.service.component",
          "org.apache.felix.configadmin",
          "org.apache.felix.scr",
          "jetty-util",
          "jetty-io",
          "jetty-http",
          "jetty-server",
          SOCKETS,
          LISTENER,
          SWAP);
  private static final String PACKAGES =
      "org.slf4j;version=2.0.20,org.slf4j.event;version=2.0.20,org.slf4j.helpers;version=2.0.20,"
          + "org.slf4j.spi;version=2.0.20,org.osgi.service.cm;version=1.6.1,"
          + "org.theseus.protocol.api;version=0.1.0,org.theseus.transport.api;version=0.1.0";

  private final Framework framework;
  private final Path home;
  private final Configuration listener;

  private Container(Framework framework, Path home, Configuration listener) {
    this.framework = framework;
    this.home = home;
    this.listener = listener;
  }

  static Container start(Path home, Path keyStore) throws Exception {
    Map<String, Object> properties = new HashMap<>();
    properties.put(Constants.FRAMEWORK_STORAGE, home.resolve("cache").toString());
    properties.put(Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA, PACKAGES);
    properties.put("ds.lock.timeout.milliseconds", "15000");
    Framework framework = new FrameworkFactory().newFramework(properties);
    framework.start();
    BundleContext context = framework.getBundleContext();
    for (String name : BUNDLES) {
      try (InputStream jar = Files.newInputStream(jar(name))) {
        context.installBundle("theseus:" + name, jar);
      }
    }
    for (Bundle bundle : context.getBundles()) {
      if ((bundle.adapt(BundleRevision.class).getTypes() & BundleRevision.TYPE_FRAGMENT) == 0) {
        bundle.start();
      }
    }
    ConfigurationAdmin admin =
        context.getService(context.getServiceReference(ConfigurationAdmin.class));
    admin
        .getConfiguration("org.theseus.ops.swap.Swapper", "?")
        .update(dictionary(Map.of("home", home.toString())));
    Configuration listener = admin.createFactoryConfiguration(LISTENER_PID, "?");
    Container container = new Container(framework, home, listener);
    container.configure(keyStore, 0);
    container.await(() -> container.listeners().size() == 1 && container.listener().isAccepting());
    return container;
  }

  /** Finds a jar of the distribution. */
  static Path jar(String name) throws IOException {
    Path folder = Path.of(System.getProperty("theseus.distribution"), "bundles");
    try (Stream<Path> jars = Files.list(folder)) {
      return jars.filter(
              jar -> jar.getFileName().toString().matches(name.replace(".", "\\.") + "-[0-9].*jar"))
          .findFirst()
          .orElseThrow(() -> new IOException("no " + name + " in " + folder));
    }
  }

  void configure(Path keyStore, int port) throws IOException {
    listener.update(
        dictionary(
            Map.of(
                "address",
                "127.0.0.1",
                "port",
                port,
                "keyStore",
                keyStore.toString(),
                "keyStorePassword",
                Tls.PASSWORD)));
  }

  void deleteConfiguration() throws IOException {
    listener.delete();
  }

  @SuppressWarnings("JdkObsolete") // what Configuration Admin wants
  private static Hashtable<String, Object> dictionary(Map<String, Object> values) {
    return new Hashtable<>(values);
  }

  BundleContext context() {
    return framework.getBundleContext();
  }

  Path home() {
    return home;
  }

  AutoCloseable handle(RequestHandler handler) {
    return context().registerService(RequestHandler.class, handler, null)::unregister;
  }

  List<Listener> listeners() throws Exception {
    return context().getServiceReferences(Listener.class, null).stream()
        .map(context()::getService)
        .toList();
  }

  /** The listener that accepts, or the only one. */
  Listener listener() throws Exception {
    List<Listener> all = listeners();
    return all.stream().filter(Listener::isAccepting).findFirst().orElse(all.get(0));
  }

  int port() throws Exception {
    return ((java.net.InetSocketAddress) listener().address()).getPort();
  }

  List<Bundle> bundles(String symbolicName) {
    return Arrays.stream(context().getBundles())
        .filter(bundle -> symbolicName.equals(bundle.getSymbolicName()))
        .toList();
  }

  Bundle bundle(String symbolicName) {
    return bundles(symbolicName).get(0);
  }

  void swap(Path... jars) throws Exception {
    ServiceReference<?> commands =
        context().getServiceReference("org.theseus.ops.swap.SwapCommands");
    Object service = context().getService(commands);
    String[] words = Arrays.stream(jars).map(Path::toString).toArray(String[]::new);
    try {
      service.getClass().getMethod("swap", String[].class).invoke(service, (Object) words);
    } catch (InvocationTargetException failure) {
      throw failure.getCause() instanceof Exception cause ? cause : failure;
    }
  }

  void await(Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + 30_000_000_000L;
    while (!condition.call()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("it does not come about");
      }
      Thread.sleep(10);
    }
  }

  @Override
  public void close() throws BundleException {
    framework.stop();
    try {
      framework.waitForStop(30_000);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }
}
