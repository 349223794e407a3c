package org.theseus.ops.swap;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.ServiceReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.theseus.transport.api.Listener;

/**
 * Replaces the bundle of a listener by putting its successor beside it: the new one is installed
 * and started, takes the socket over, and the old one is uninstalled once it has let go of its
 * connections. Until the socket has changed hands nothing has happened that a peer could notice.
 */
final class BesideListener {
  private static final Logger LOG = LoggerFactory.getLogger(BesideListener.class);
  private static final Duration READY = Duration.ofSeconds(15);
  private static final Duration HAND_OVER = Duration.ofSeconds(6);
  private static final Duration RETIRE = Duration.ofSeconds(75);
  private static final Duration LOOK = Duration.ofMillis(10);

  private final BundleContext system;
  private CompletableFuture<Void> retiring = CompletableFuture.completedFuture(null);
  private Bundle retiringBundle;

  BesideListener(BundleContext system) {
    this.system = system;
  }

  /** What took the place of a listener. */
  record Successor(Bundle bundle, long pauseMillis) {}

  /** Tells whether a bundle offers listeners now. */
  boolean isListening(Bundle bundle) {
    return !listeners(bundle).isEmpty();
  }

  /**
   * Waits until an earlier generation is gone: there are two at most.
   *
   * @throws SwapException if it does not go
   */
  void awaitRetired() throws SwapException, InterruptedException {
    try {
      retiring.get(RETIRE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException failure) {
      throw new SwapException("the listener before this one does not retire", failure);
    }
  }

  /** Waits for an earlier generation if it hangs on what is to be refreshed: it would be cut. */
  void awaitRetired(List<Bundle> refreshed) throws SwapException, InterruptedException {
    if (refreshed.contains(retiringBundle)) {
      awaitRetired();
    }
  }

  /**
   * Replaces a bundle; the old one retires afterwards.
   *
   * @param old the running bundle
   * @param jar the new one's jar
   * @return the new bundle, and the time in which nobody accepted
   */
  Successor replace(Bundle old, Jar jar) throws SwapException, InterruptedException, IOException {
    Bundle fresh = install(jar);
    try {
      fresh.start();
      Map<Listener, Listener> pairs = awaitPairs(old, fresh);
      long pause = handOver(pairs);
      retire(old, List.copyOf(pairs.keySet()));
      return new Successor(fresh, pause);
    } catch (BundleException | SwapException failure) {
      uninstall(fresh);
      throw new SwapException(
          "%s; the old version goes on".formatted(failure.getMessage()), failure);
    }
  }

  /** Lets go of generations that an earlier swap left behind when it was itself replaced. */
  void finishEarlier() {
    for (Bundle bundle : system.getBundles()) {
      Map<Object, Listener> left = listeners(bundle);
      boolean succeeded =
          !left.isEmpty()
              && left.entrySet().stream()
                  .allMatch(
                      entry ->
                          !entry.getValue().isAccepting() && isAcceptedElsewhere(bundle, entry));
      if (succeeded) {
        retire(bundle, List.copyOf(left.values()));
      }
    }
  }

  private boolean isAcceptedElsewhere(Bundle bundle, Map.Entry<Object, Listener> entry) {
    for (Bundle other : system.getBundles()) {
      Listener listener = listeners(other).get(entry.getKey());
      if (!other.equals(bundle)
          && bundle.getSymbolicName().equals(other.getSymbolicName())
          && listener != null
          && listener.isAccepting()) {
        return true;
      }
    }
    return false;
  }

  private Bundle install(Jar jar) throws SwapException, IOException {
    String location = "theseus:swapped:" + jar.symbolicName() + ':' + jar.version();
    try (InputStream in = jar.open()) {
      return system.installBundle(location, in);
    } catch (BundleException failure) {
      throw new SwapException("cannot install it: " + failure.getMessage(), failure);
    }
  }

  private void uninstall(Bundle bundle) {
    try {
      bundle.uninstall();
    } catch (BundleException | IllegalStateException failure) {
      LOG.warn("Cannot uninstall {} {}", bundle.getSymbolicName(), bundle.getVersion(), failure);
    }
  }

  private Map<Listener, Listener> awaitPairs(Bundle old, Bundle fresh)
      throws SwapException, InterruptedException {
    Map<Object, Listener> going = listeners(old);
    Map<Object, Listener> coming = listeners(fresh);
    long deadline = System.nanoTime() + READY.toNanos();
    while (!coming.keySet().containsAll(going.keySet())) {
      if (System.nanoTime() - deadline >= 0) {
        throw new SwapException("its listener does not start");
      }
      Thread.sleep(LOOK.toMillis());
      coming = listeners(fresh);
    }
    Map<Listener, Listener> pairs = new LinkedHashMap<>();
    for (Map.Entry<Object, Listener> entry : going.entrySet()) {
      pairs.put(entry.getValue(), coming.get(entry.getKey()));
    }
    return pairs;
  }

  private long handOver(Map<Listener, Listener> pairs) throws SwapException, InterruptedException {
    List<Map.Entry<Listener, Listener>> moved = new ArrayList<>();
    long longest = 0;
    try {
      for (Map.Entry<Listener, Listener> pair : pairs.entrySet()) {
        moved.add(pair);
        long began = System.nanoTime();
        await(pair.getKey().pause());
        pair.getValue().accept();
        longest = Math.max(longest, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began));
      }
      return longest;
    } catch (IOException | SwapException | RuntimeException | LinkageError failure) {
      for (Map.Entry<Listener, Listener> pair : moved) {
        handBack(pair.getKey(), pair.getValue());
      }
      throw new SwapException("it cannot accept: " + failure.getMessage(), failure);
    }
  }

  private static void handBack(Listener old, Listener fresh)
      throws SwapException, InterruptedException {
    try {
      await(fresh.pause());
      old.accept();
    } catch (IOException failure) {
      throw new SwapException("neither the new nor the old listener can accept", failure);
    }
  }

  private static void await(CompletionStage<Void> stage)
      throws SwapException, InterruptedException {
    try {
      stage.toCompletableFuture().get(HAND_OVER.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | CompletionException | TimeoutException failure) {
      throw new SwapException("the socket is not let go", failure);
    }
  }

  private void retire(Bundle old, List<Listener> listeners) {
    retiringBundle = old;
    retiring =
        CompletableFuture.allOf(
                listeners.stream()
                    .map(listener -> listener.retire().toCompletableFuture())
                    .toArray(CompletableFuture[]::new))
            .handleAsync(
                (done, failure) -> {
                  uninstall(old);
                  LOG.info("{} {} is gone", old.getSymbolicName(), old.getVersion());
                  return null;
                },
                task -> new Thread(task, "swap-retire").start());
  }

  /** The listeners a bundle offers, by the address each was configured with. */
  private Map<Object, Listener> listeners(Bundle bundle) {
    Map<Object, Listener> found = new LinkedHashMap<>();
    ServiceReference<?>[] registered = bundle.getRegisteredServices();
    for (ServiceReference<?> reference :
        registered == null ? new ServiceReference<?>[0] : registered) {
      Object service = isListener(reference) ? system.getService(reference) : null;
      if (service instanceof Listener listener) {
        found.put(reference.getProperty(Listener.ADDRESS), listener);
      }
    }
    return found;
  }

  private static boolean isListener(ServiceReference<?> reference) {
    return List.of((String[]) reference.getProperty("objectClass"))
        .contains(Listener.class.getName());
  }
}
