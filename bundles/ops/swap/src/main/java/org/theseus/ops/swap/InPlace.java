package org.theseus.ops.swap;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.wiring.FrameworkWiring;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces bundles where they are: stops what hangs on them, updates, refreshes, starts it all
 * again and waits until every component that was there is back. What does not come back is undone.
 */
final class InPlace {
  private static final Logger LOG = LoggerFactory.getLogger(InPlace.class);
  private static final Duration REFRESH = Duration.ofSeconds(30);
  private static final Duration COMEBACK = Duration.ofSeconds(15);
  private static final Duration LOOK = Duration.ofMillis(20);

  private final BundleContext system;
  private final Components components;

  InPlace(BundleContext system) {
    this.system = system;
    this.components = new Components(system);
  }

  /**
   * Replaces bundles together.
   *
   * @param jars the new jar of each
   * @return how long something was away, in milliseconds
   * @throws SwapException if they do not work; then the old ones run again
   */
  long replace(Map<Bundle, Jar> jars) throws SwapException, InterruptedException, IOException {
    List<Bundle> running =
        Closure.of(system, jars.keySet()).stream()
            .filter(bundle -> (bundle.getState() & (Bundle.ACTIVE | Bundle.STARTING)) != 0)
            .toList();
    Map<Bundle, Path> old = new LinkedHashMap<>();
    try {
      for (Bundle bundle : jars.keySet()) {
        old.put(bundle, RunningJar.write(bundle));
      }
      Map<String, Integer> before = components.satisfied();
      long began = System.nanoTime();
      try {
        Map<Bundle, Path> files = new LinkedHashMap<>();
        jars.forEach((bundle, jar) -> files.put(bundle, jar.file()));
        exchange(files, running, before);
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
      } catch (BundleException | SwapException | IOException failure) {
        undo(old, running, before, failure);
        throw new SwapException(
            "%s; the old version runs again".formatted(failure.getMessage()), failure);
      }
    } finally {
      for (Path file : old.values()) {
        Files.deleteIfExists(file);
      }
    }
  }

  private void undo(
      Map<Bundle, Path> old, List<Bundle> running, Map<String, Integer> before, Exception failure)
      throws InterruptedException {
    try {
      exchange(old, running, before);
    } catch (BundleException | SwapException | IOException worse) {
      LOG.error("A swap failed, and so did its undoing", worse);
      failure.addSuppressed(worse);
    }
  }

  private void exchange(Map<Bundle, Path> files, List<Bundle> running, Map<String, Integer> before)
      throws BundleException, SwapException, IOException, InterruptedException {
    for (Bundle bundle : running) {
      bundle.stop(Bundle.STOP_TRANSIENT);
    }
    for (Map.Entry<Bundle, Path> file : files.entrySet()) {
      try (InputStream in = Files.newInputStream(file.getValue())) {
        file.getKey().update(in);
      }
    }
    refresh(files.keySet());
    startAll(running);
    awaitAll(before);
  }

  /**
   * Starts from the inside outwards. Meanwhile the listener starts, which takes as long: it parks
   * requests until the others are there. All are resolved before, lest two threads want to do so.
   */
  private void startAll(List<Bundle> running) throws BundleException, InterruptedException {
    system.getBundle().adapt(FrameworkWiring.class).resolveBundles(running);
    List<Bundle> inverse = new ArrayList<>(running);
    Collections.reverse(inverse);
    List<FutureTask<Void>> aside = new ArrayList<>();
    for (Bundle bundle : running) {
      if (Closure.isOutermost(bundle)) {
        inverse.remove(bundle);
        FutureTask<Void> starting = new FutureTask<>(() -> start(bundle));
        new Thread(starting, "swap-listener").start();
        aside.add(starting);
      }
    }
    try {
      for (Bundle bundle : inverse) {
        start(bundle);
      }
    } finally {
      for (FutureTask<Void> starting : aside) {
        await(starting);
      }
    }
  }

  private static Void start(Bundle bundle) throws BundleException {
    bundle.start(Bundle.START_TRANSIENT | Bundle.START_ACTIVATION_POLICY);
    return null;
  }

  private static void await(Future<Void> starting) throws BundleException, InterruptedException {
    try {
      starting.get();
    } catch (ExecutionException failure) {
      throw failure.getCause() instanceof BundleException cause
          ? cause
          : new BundleException("cannot start", failure);
    }
  }

  private void refresh(Collection<Bundle> bundles) throws InterruptedException, SwapException {
    CountDownLatch refreshed = new CountDownLatch(1);
    system
        .getBundle()
        .adapt(FrameworkWiring.class)
        .refreshBundles(bundles, event -> refreshed.countDown());
    if (!refreshed.await(REFRESH.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new SwapException("the framework does not refresh its bundles");
    }
  }

  private void awaitAll(Map<String, Integer> before) throws SwapException, InterruptedException {
    long deadline = System.nanoTime() + COMEBACK.toNanos();
    Optional<String> missing = components.missing(before);
    while (missing.isPresent()) {
      if (System.nanoTime() - deadline >= 0) {
        throw new SwapException(missing.get() + " does not come back");
      }
      Thread.sleep(LOOK.toMillis());
      missing = components.missing(before);
    }
  }
}
