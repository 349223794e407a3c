package org.theseus.pdu.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import org.osgi.framework.FrameworkUtil;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.theseus.pdu.core.graph.Versions;
import org.theseus.protocol.api.BeingReplacedException;
import org.theseus.protocol.api.RoomVersion;

/**
 * The room versions that bundles offer. The same one may stand side by side in two versions of a
 * bundle; that which came last is used. One that went a moment ago counts as being replaced: nobody
 * waits for it in here, since whoever waits would hold up its going. One that was never there is
 * waited for while others have come a moment ago, since a bundle offers its versions one after the
 * other, and while the layer has just begun and there are none, which may come after what the layer
 * stands on. Safe for many threads; guarded by {@code this}.
 */
@Component(service = RoomVersions.class, immediate = true)
public final class RoomVersions implements Versions {
  private static final Duration COMING = Duration.ofSeconds(2);
  private static final Duration SETTLING = Duration.ofMillis(500);
  private static final Duration REPLACEMENT = Duration.ofSeconds(20);

  private final Map<String, List<RoomVersion>> offered = new TreeMap<>();
  private final Map<String, Long> goneNanos = new HashMap<>();
  private final List<Runnable> onAdded = new CopyOnWriteArrayList<>();
  private final LongSupplier nanoClock;
  private long begunNanos;

  /** Begins without any. */
  public RoomVersions() {
    this(System::nanoTime);
  }

  RoomVersions(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
    this.begunNanos = nanoClock.getAsLong();
  }

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      unbind = "remove")
  void add(RoomVersion version) {
    synchronized (this) {
      offered.computeIfAbsent(version.id(), none -> new ArrayList<>()).add(version);
      goneNanos.remove(version.id());
      begin();
      notifyAll();
    }
    onAdded.forEach(Runnable::run);
  }

  synchronized void remove(RoomVersion version) {
    List<RoomVersion> same = offered.getOrDefault(version.id(), new ArrayList<>());
    same.remove(version);
    if (same.isEmpty()) {
      offered.remove(version.id());
      goneNanos.put(version.id(), nanoClock.getAsLong());
    }
  }

  /** Tells a layer that begins of versions that come, so that their rooms go on. */
  void whenAdded(Runnable action) {
    onAdded.add(action);
    begin();
  }

  private synchronized void begin() {
    begunNanos = nanoClock.getAsLong();
  }

  void forget(Runnable action) {
    onAdded.remove(action);
  }

  @Override
  public synchronized Optional<RoomVersion> find(String id) {
    if (hasJustGone(id)) {
      throw new BeingReplacedException("room version " + id + " is being replaced");
    }
    try {
      for (long left = left(); !offered.containsKey(id) && left > 0; left = left()) {
        wait(Math.max(1, Duration.ofNanos(left).toMillis()));
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
    return present(id);
  }

  @Override
  public synchronized Optional<RoomVersion> present(String id) {
    return Optional.ofNullable(offered.get(id)).map(same -> same.get(same.size() - 1));
  }

  @Override
  public synchronized boolean isBeingReplaced(String id) {
    return hasJustGone(id) || nanoClock.getAsLong() - begunNanos < REPLACEMENT.toNanos();
  }

  @Override
  public Optional<String> code(String id) {
    return present(id).map(version -> named(getClass()) + " " + named(version.getClass()));
  }

  private static String named(Class<?> part) {
    return Optional.ofNullable(FrameworkUtil.getBundle(part))
        .map(bundle -> bundle.getSymbolicName() + "/" + bundle.getVersion())
        .orElse("");
  }

  private boolean hasJustGone(String id) {
    return Optional.ofNullable(goneNanos.get(id))
        .filter(gone -> nanoClock.getAsLong() - gone < REPLACEMENT.toNanos())
        .isPresent();
  }

  private long left() {
    Duration wait = offered.isEmpty() ? COMING : SETTLING;
    return begunNanos + wait.toNanos() - nanoClock.getAsLong();
  }

  @Override
  public synchronized List<String> ids() {
    TreeSet<String> ids = new TreeSet<>(offered.keySet());
    goneNanos.keySet().stream().filter(this::hasJustGone).forEach(ids::add);
    return List.copyOf(ids);
  }
}
