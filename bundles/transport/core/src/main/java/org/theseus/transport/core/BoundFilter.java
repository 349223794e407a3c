package org.theseus.transport.core;

import java.util.Comparator;
import org.theseus.support.Gate;
import org.theseus.transport.api.RequestFilter;

/**
 * A filter that is there, and the gate its calls pass. First to be asked first: by ranking, then
 * the oldest.
 *
 * @param filter the filter
 * @param ranking the higher, the earlier
 * @param serviceId the lower, the earlier
 * @param gate counts the calls inside
 */
record BoundFilter(RequestFilter filter, int ranking, long serviceId, Gate gate) {
  static final Comparator<BoundFilter> ORDER =
      Comparator.<BoundFilter>comparingInt(bound -> -bound.ranking)
          .thenComparingLong(bound -> bound.serviceId);

  BoundFilter(RequestFilter filter, int ranking, long serviceId) {
    this(filter, ranking, serviceId, new Gate());
  }
}
