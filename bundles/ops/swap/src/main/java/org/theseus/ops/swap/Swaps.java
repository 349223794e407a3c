package org.theseus.ops.swap;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;

/** Replaces bundles, each in the way that goes for it, and keeps the home's list. */
final class Swaps {
  private final BundleContext system;
  private final SwapHome home;
  private final InPlace inPlace;
  private final BesideListener beside;

  Swaps(BundleContext system, SwapHome home) {
    this.system = system;
    this.home = home;
    this.inPlace = new InPlace(system);
    this.beside = new BesideListener(system);
  }

  /** Goes on with what an earlier instance began. */
  void finishEarlier() {
    beside.finishEarlier();
  }

  /**
   * Checks what can be checked before anything is done.
   *
   * @throws IllegalArgumentException if a jar cannot be used
   */
  void check(List<Jar> jars) {
    for (Jar jar : jars) {
      Optional<Bundle> running = running(jar.symbolicName());
      if (running.isPresent()
          && beside.isListening(running.get())
          && running.get().getVersion().equals(jar.version())) {
        throw new IllegalArgumentException(
            "%s %s runs already; two listeners stand side by side for a while, so the new one needs another version"
                .formatted(jar.symbolicName(), jar.version()));
      }
      if (jars.stream().filter(j -> j.symbolicName().equals(jar.symbolicName())).count() > 1) {
        throw new IllegalArgumentException("two jars of " + jar.symbolicName());
      }
    }
  }

  /** Finds the bundles that will be stopped, some of which may be asking. */
  List<Bundle> stopped(List<Jar> jars) throws SwapException {
    List<Bundle> replaced =
        jars.stream()
            .flatMap(jar -> running(jar.symbolicName()).stream())
            .filter(bundle -> !beside.isListening(bundle))
            .toList();
    return replaced.isEmpty() ? List.of() : Closure.of(system, replaced);
  }

  /** Replaces the bundles of some jars; those that hang on each other together. */
  List<Swapped> swap(List<Jar> jars) throws SwapException, InterruptedException, IOException {
    List<Swapped> done = new ArrayList<>();
    List<Jar> kept = new ArrayList<>();
    for (Jar jar : jars) {
      kept.add(home.keep(jar));
    }
    List<Map<Bundle, Jar>> groups = new ArrayList<>();
    for (Jar jar : kept) {
      Optional<Bundle> running = running(jar.symbolicName());
      try {
        if (running.isEmpty()) {
          done.add(add(jar));
        } else if (beside.isListening(running.get())) {
          done.add(besides(running.get(), jar));
        } else {
          join(groups, running.get(), jar);
        }
      } catch (SwapException failure) {
        home.reject(jar.file());
        throw failure(jar.symbolicName(), failure);
      }
    }
    for (Map<Bundle, Jar> group : groups) {
      done.addAll(together(group));
    }
    return done;
  }

  private void join(List<Map<Bundle, Jar>> groups, Bundle bundle, Jar jar) throws SwapException {
    List<Bundle> mine = Closure.of(system, List.of(bundle));
    Map<Bundle, Jar> joined = new LinkedHashMap<>();
    joined.put(bundle, jar);
    for (Map<Bundle, Jar> group : List.copyOf(groups)) {
      List<Bundle> theirs = Closure.of(system, group.keySet());
      if (theirs.contains(bundle) || group.keySet().stream().anyMatch(mine::contains)) {
        joined.putAll(group);
        groups.remove(group);
      }
    }
    groups.add(joined);
  }

  private Swapped besides(Bundle old, Jar jar)
      throws SwapException, InterruptedException, IOException {
    beside.awaitRetired();
    String oldVersion = old.getVersion().toString();
    BesideListener.Successor successor = beside.replace(old, jar);
    home.list(successor.bundle(), jar, successor.pauseMillis());
    return new Swapped(
        jar.symbolicName(), oldVersion, jar.version().toString(), successor.pauseMillis());
  }

  private List<Swapped> together(Map<Bundle, Jar> group)
      throws SwapException, InterruptedException, IOException {
    beside.awaitRetired(Closure.of(system, group.keySet()));
    Map<Bundle, String> oldVersions = new LinkedHashMap<>();
    group.keySet().forEach(b -> oldVersions.put(b, b.getVersion().toString()));
    try {
      long pause = inPlace.replace(group);
      List<Swapped> done = new ArrayList<>();
      for (Map.Entry<Bundle, Jar> entry : group.entrySet()) {
        Jar jar = entry.getValue();
        home.list(entry.getKey(), jar, pause);
        done.add(
            new Swapped(
                jar.symbolicName(),
                oldVersions.get(entry.getKey()),
                jar.version().toString(),
                pause));
      }
      return done;
    } catch (SwapException failure) {
      for (Jar jar : group.values()) {
        home.reject(jar.file());
      }
      throw failure(
          String.join(", ", group.values().stream().map(Jar::symbolicName).toList()), failure);
    }
  }

  private Swapped add(Jar jar) throws SwapException, IOException {
    try (InputStream in = jar.open()) {
      Bundle added = system.installBundle("theseus:added:" + jar.symbolicName(), in);
      try {
        added.start();
      } catch (BundleException failure) {
        added.uninstall();
        throw failure;
      }
      home.list(added, jar, 0);
      return new Swapped(jar.symbolicName(), "", jar.version().toString(), 0);
    } catch (BundleException failure) {
      throw new SwapException(failure.getMessage(), failure);
    }
  }

  /** The bundle of a name; of two generations of a listener the later. */
  private Optional<Bundle> running(String symbolicName) {
    return Arrays.stream(system.getBundles())
        .filter(bundle -> symbolicName.equals(bundle.getSymbolicName()))
        .max(Comparator.comparingLong(Bundle::getBundleId));
  }

  private static SwapException failure(String what, SwapException failure) {
    return new SwapException(what + ": " + failure.getMessage(), failure);
  }
}
