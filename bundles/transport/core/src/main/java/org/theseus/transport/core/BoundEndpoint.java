package org.theseus.transport.core;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.theseus.support.Gate;
import org.theseus.transport.api.Endpoint;
import org.theseus.transport.api.Route;

/**
 * An endpoint that is there, and the gate its calls pass. Best first: by ranking, then the newest.
 */
final class BoundEndpoint implements Comparable<BoundEndpoint> {
  private static final Comparator<BoundEndpoint> BEST_FIRST =
      Comparator.<BoundEndpoint>comparingInt(bound -> -bound.ranking)
          .thenComparingLong(bound -> -bound.serviceId);

  private final Endpoint endpoint;
  private final Route route;
  private final RouteKey key;
  private final int ranking;
  private final long serviceId;
  private final Gate gate = new Gate();

  BoundEndpoint(Endpoint endpoint, int ranking, long serviceId) {
    this.endpoint = endpoint;
    this.route = endpoint.route();
    this.key = RouteKey.of(route);
    this.ranking = ranking;
    this.serviceId = serviceId;
  }

  Endpoint endpoint() {
    return endpoint;
  }

  Route route() {
    return route;
  }

  RouteKey key() {
    return key;
  }

  Gate gate() {
    return gate;
  }

  Map<String, String> variables(List<String> segments) {
    return key.path().variables(segments);
  }

  @Override
  public int compareTo(BoundEndpoint other) {
    return BEST_FIRST.compare(this, other);
  }

  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }
}
