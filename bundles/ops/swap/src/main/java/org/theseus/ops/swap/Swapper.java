package org.theseus.ops.swap;

import java.io.IOException;
import java.net.URL;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.theseus.support.Threads;

/**
 * Carries swaps out, one after the other, and watches the folder into which jars are dropped. It
 * does so on a thread of its own that no replacement interrupts, be it that of this very bundle.
 */
@Component(
    service = Swapper.class,
    immediate = true,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = Swapper.Config.class)
public final class Swapper {
  private static final Logger LOG = LoggerFactory.getLogger(Swapper.class);
  private static final Duration LOOK = Duration.ofSeconds(1);

  /** Settings. */
  @ObjectClassDefinition(name = "Replacing bundles")
  public @interface Config {
    /** The home, in whose {@code bundles/} swapped bundles are kept. */
    @AttributeDefinition(description = "The folder in whose bundles/ swapped bundles are kept")
    String home();
  }

  /** A bundle as {@code layers} shows it. */
  record Layer(Bundle bundle, Optional<SwapHome.Last> lastSwap) {}

  private final Bundle self;
  private final BundleContext system;
  private final SwapHome home;
  private final Swaps swaps;
  private final DropFolder folder;
  private final ScheduledExecutorService worker = Threads.scheduler("swap");
  private final AtomicLong count = new AtomicLong();
  private final Map<Long, CompletableFuture<?>> waiting = new ConcurrentHashMap<>();
  private ScheduledFuture<?> watching;

  /**
   * Is made by the component runtime.
   *
   * @param context leads to the framework
   * @param config the settings
   */
  @Activate
  public Swapper(BundleContext context, Config config) {
    self = context.getBundle();
    system = context.getBundle(0).getBundleContext();
    home = new SwapHome(Path.of(config.home()).toAbsolutePath().normalize());
    swaps = new Swaps(system, home);
    folder = new DropFolder(home);
  }

  @Activate
  void start() {
    worker.execute(swaps::finishEarlier);
    watching =
        worker.scheduleWithFixedDelay(
            this::look, LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Begins nothing more; the swap in progress goes on. */
  @Deactivate
  void stop() {
    watching.cancel(false);
    worker.shutdown();
    for (CompletableFuture<?> swap : waiting.values()) {
      swap.completeExceptionally(new SwapException("swap is itself being replaced; try again"));
    }
  }

  /**
   * Finds the bundles that a swap stops.
   *
   * @throws IllegalArgumentException if a jar cannot be used
   */
  List<Bundle> stopped(List<Jar> jars) throws SwapException {
    swaps.check(jars);
    return swaps.stopped(jars);
  }

  /**
   * Swaps bundles once those before are done.
   *
   * @param jars their jars
   * @param delay how long to wait before that
   * @return what came of it, or why nothing did
   */
  CompletionStage<List<Swapped>> swap(List<Jar> jars, Duration delay) {
    Executor later =
        CompletableFuture.delayedExecutor(delay.toMillis(), TimeUnit.MILLISECONDS, worker);
    CompletableFuture<List<Swapped>> done = new CompletableFuture<>();
    long number = count.incrementAndGet();
    waiting.put(number, done);
    later.execute(
        () -> {
          waiting.remove(number);
          try {
            done.complete(run(jars));
          } catch (SwapException | IOException | RuntimeException | LinkageError failure) {
            LOG.warn("Cannot swap {}", jars, failure);
            done.completeExceptionally(failure);
          } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            done.completeExceptionally(stop);
          }
        });
    return done;
  }

  /** Lists the bundles of the layers, and others that were swapped. */
  List<Layer> layers() throws IOException {
    List<Layer> layers = new ArrayList<>();
    for (Bundle bundle : system.getBundles()) {
      String name = bundle.getSymbolicName();
      Optional<SwapHome.Last> last = home.last(name);
      if (name.startsWith(Closure.OURS) || last.isPresent()) {
        layers.add(new Layer(bundle, last));
      }
    }
    layers.sort(Comparator.comparing(layer -> layer.bundle().getSymbolicName()));
    return layers;
  }

  private List<Swapped> run(List<Jar> jars)
      throws SwapException, IOException, InterruptedException {
    if (swaps.stopped(jars).contains(self)) {
      loadAll();
    }
    List<Swapped> done = swaps.swap(jars);
    done.forEach(swapped -> LOG.info("Swapped {}", swapped));
    return done;
  }

  private void look() {
    try {
      for (Path file : folder.settled()) {
        take(file);
      }
    } catch (IOException failure) {
      LOG.warn("Cannot read the folder of bundles", failure);
    }
  }

  private void take(Path file) throws IOException {
    try {
      List<Jar> jars = List.of(Jar.read(file));
      swaps.check(jars);
      run(jars);
    } catch (SwapException | RuntimeException failure) {
      LOG.warn("Cannot swap {}", file, failure);
      home.reject(file);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }

  /** The framework closes this bundle's jar while its classes replace it: load them before. */
  private void loadAll() {
    for (URL entry : Collections.list(self.findEntries("/org/theseus", "*.class", true))) {
      String name = entry.getPath().substring(1).replace('/', '.');
      try {
        self.loadClass(name.substring(0, name.length() - ".class".length()));
      } catch (ClassNotFoundException missing) {
        LOG.warn("Cannot load {}", name, missing);
      }
    }
  }
}
