package org.theseus.pdu.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.theseus.pdu.core.graph.Versions;
import org.theseus.protocol.api.RoomVersion;

/**
 * The room versions that bundles offer. The same one may stand side by side in two versions of a
 * bundle; that which came last is used. Safe for many threads.
 */
@Component(service = RoomVersions.class, immediate = true)
public final class RoomVersions implements Versions {
  private final Map<String, List<RoomVersion>> offered = new ConcurrentSkipListMap<>();
  private final List<Runnable> onAdded = new CopyOnWriteArrayList<>();

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      unbind = "remove")
  void add(RoomVersion version) {
    offered.compute(version.id(), (id, others) -> plus(others, version));
    onAdded.forEach(Runnable::run);
  }

  void remove(RoomVersion version) {
    offered.computeIfPresent(version.id(), (id, others) -> minus(others, version));
  }

  /** Tells of versions that come, so that their rooms go on. */
  void whenAdded(Runnable action) {
    onAdded.add(action);
  }

  void forget(Runnable action) {
    onAdded.remove(action);
  }

  @Override
  public Optional<RoomVersion> find(String id) {
    return Optional.ofNullable(offered.get(id)).map(same -> same.get(same.size() - 1));
  }

  @Override
  public List<String> ids() {
    return List.copyOf(offered.keySet());
  }

  private static List<RoomVersion> plus(List<RoomVersion> others, RoomVersion version) {
    List<RoomVersion> all = others == null ? new ArrayList<>() : new ArrayList<>(others);
    all.add(version);
    return all;
  }

  private static List<RoomVersion> minus(List<RoomVersion> others, RoomVersion version) {
    List<RoomVersion> rest = new ArrayList<>(others);
    rest.remove(version);
    return rest.isEmpty() ? null : rest;
  }
}
