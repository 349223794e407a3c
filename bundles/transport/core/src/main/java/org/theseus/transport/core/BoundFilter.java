package org.theseus.transport.core;

import java.util.Comparator;
import org.theseus.support.Gate;
import org.theseus.transport.api.RequestFilter;

/**
 * A filter that is there, and the gate its calls pass. First to be asked first: by ranking, then
 * the oldest.
 *
 * @param filter the filter
 * @param name what its bundle's manifest calls it, if that names it
 * @param ranking the higher, the earlier
 * @param serviceId the lower, the earlier
 * @param gate counts the calls inside
 */
record BoundFilter(RequestFilter filter, String name, int ranking, long serviceId, Gate gate) {
  static final Comparator<BoundFilter> ORDER =
      Comparator.<BoundFilter>comparingInt(bound -> -bound.ranking)
          .thenComparingLong(bound -> bound.serviceId);

  BoundFilter(RequestFilter filter, int ranking, long serviceId) {
    this(filter, filter.name(), ranking, serviceId, new Gate());
  }
}
