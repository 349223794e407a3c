package org.theseus.pdu.core.receipt;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.ServerName;

/**
 * What goes on in a room's journal. When it is looked at is for all threads, guarded by {@code
 * this}; the rest is the room's worker's own.
 */
final class Activity {
  private static final int MAX_FETCHES = 8;

  private boolean queued;
  private long wakesAtTs = Long.MAX_VALUE;

  private final Set<EventId> verifying = new HashSet<>();
  private final Map<EventId, Set<EventId>> followers = new HashMap<>();
  private final Map<EventId, Integer> failures = new HashMap<>();
  private final Map<ServerName, EventId> fetchingFor = new HashMap<>();

  /** Asks for a look; tells whether it has to be queued. */
  synchronized boolean begin() {
    boolean first = !queued;
    queued = true;
    return first;
  }

  /** The look that was queued begins; what happens from now on asks for another. */
  synchronized void end() {
    queued = false;
  }

  /** Asks for a look at a time; tells whether somebody has to be woken for it. */
  synchronized boolean sleepUntil(long ts) {
    boolean earlier = ts < wakesAtTs;
    wakesAtTs = Math.min(ts, wakesAtTs);
    return earlier;
  }

  synchronized void awake() {
    wakesAtTs = Long.MAX_VALUE;
  }

  /** Tells whether an event's verification is new. */
  boolean verify(EventId event) {
    return verifying.add(event);
  }

  void verified(EventId event) {
    verifying.remove(event);
  }

  /** One gap is filled after the other, but no server makes the events of another wait. */
  boolean mayFetch(ServerName origin) {
    return fetchingFor.size() < MAX_FETCHES && !fetchingFor.containsKey(origin);
  }

  boolean isFetchedFor(EventId event) {
    return fetchingFor.containsValue(event);
  }

  void fetchFor(EventId event, ServerName origin) {
    fetchingFor.put(origin, event);
  }

  void fetched(ServerName origin) {
    fetchingFor.remove(origin);
  }

  void await(EventId event, EventId follower) {
    followers.computeIfAbsent(event, none -> new HashSet<>()).add(follower);
  }

  /** Counts a failure to process an event; waiting is none. */
  int failed(EventId event) {
    return failures.merge(event, 1, Integer::sum);
  }

  void forgetFailures(EventId event) {
    failures.remove(event);
  }

  /** Tells who awaited an event, once. */
  Set<EventId> release(EventId event) {
    return Optional.ofNullable(followers.remove(event)).orElse(Set.of());
  }
}
