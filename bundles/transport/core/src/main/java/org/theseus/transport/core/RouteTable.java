package org.theseus.transport.core;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.theseus.transport.api.Endpoint;

/**
 * Which routes there are: those that installed bundles name, and those of the endpoints that are
 * there. Reading takes no lock.
 */
final class RouteTable {
  /** Guarded by {@code this}. */
  private final Map<Object, Set<RouteKey>> declared = new HashMap<>();

  /** Guarded by {@code this}. */
  private final List<BoundEndpoint> bound = new ArrayList<>();

  private volatile List<RouteKey> routes = List.of();
  private volatile Map<RouteKey, BoundEndpoint> endpoints = Map.of();

  /**
   * What is known of a path.
   *
   * @param route the most specific route for it and the method, if any
   * @param methods the methods there are for it, none if it is unknown
   */
  record Lookup(Optional<RouteKey> route, Set<String> methods) {}

  /**
   * Notes the routes that a bundle names, in place of those it named before.
   *
   * @param owner the bundle
   * @param keys its routes, maybe none
   */
  synchronized void declare(Object owner, Set<RouteKey> keys) {
    declared.put(owner, Set.copyOf(keys));
    publish();
  }

  /** Forgets the routes of a bundle that is gone. */
  synchronized void withdraw(Object owner) {
    declared.remove(owner);
    publish();
  }

  /** Adds an endpoint. */
  synchronized void add(BoundEndpoint endpoint) {
    bound.add(endpoint);
    bound.sort(null);
    publish();
  }

  /** Removes an endpoint. */
  synchronized Optional<BoundEndpoint> remove(Endpoint endpoint) {
    Optional<BoundEndpoint> found =
        bound.stream().filter(candidate -> candidate.endpoint() == endpoint).findFirst();
    found.ifPresent(bound::remove);
    publish();
    return found;
  }

  /** Finds the route of a path, split and decoded. */
  Lookup find(String method, List<String> segments) {
    Optional<RouteKey> found = Optional.empty();
    Set<String> methods = new TreeSet<>();
    for (RouteKey route : routes) {
      if (route.path().matches(segments)) {
        methods.add(route.method());
        if (found.isEmpty() && route.method().equals(method)) {
          found = Optional.of(route);
        }
      }
    }
    return new Lookup(found, methods);
  }

  /** Finds the best endpoint that is there for a route. */
  Optional<BoundEndpoint> endpoint(RouteKey route) {
    return Optional.ofNullable(endpoints.get(route));
  }

  private void publish() {
    Map<RouteKey, BoundEndpoint> best = new HashMap<>();
    bound.forEach(candidate -> best.putIfAbsent(candidate.key(), candidate));
    Set<RouteKey> all = new HashSet<>(best.keySet());
    declared.values().forEach(all::addAll);
    endpoints = Map.copyOf(best);
    routes = all.stream().sorted(Comparator.comparing(RouteKey::path)).toList();
  }
}
