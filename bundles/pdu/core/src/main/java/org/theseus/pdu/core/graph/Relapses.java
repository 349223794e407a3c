package org.theseus.pdu.core.graph;

import static java.util.stream.Collectors.toSet;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.theseus.persistence.api.StoredEvent;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.StateKey;

/**
 * Raises the alarm when a resolution brings an event back into force that a later one had replaced:
 * it is what the rules say, but people see a kick undone or an old topic, and want to know. Blocks
 * for queries of the store; safe for many threads.
 */
public final class Relapses {
  private static final Logger LOG = LoggerFactory.getLogger(Relapses.class);

  /** How many replacements are followed back after one change. */
  private static final int MAX_STEPS = 20;

  private final Events events;
  private final States states;
  private final AtomicLong count = new AtomicLong();

  Relapses(Events events, States states) {
    this.events = events;
    this.states = states;
  }

  /**
   * Tells how often it happened since this bundle was started.
   *
   * @return how many events were brought back
   */
  public long count() {
    return count.get();
  }

  /** Looks at a change that has been committed; fails for nobody. */
  void watch(Change change) {
    try {
      look(change);
    } catch (RuntimeException problem) {
      LOG.debug("cannot tell whether the state of {} went back", change.from().id(), problem);
    }
  }

  private void look(Change change) {
    if (change.from().current().isEmpty() || change.current().isEmpty()) {
      return;
    }
    State before = change.from().current().get();
    State now = change.current().get();
    Set<EventId> fresh = change.events().stream().map(it -> it.event().id()).collect(toSet());
    int steps = MAX_STEPS;
    for (StateKey slot : now.differences(before)) {
      Optional<EventId> inForce = now.get(slot).filter(event -> !fresh.contains(event));
      Optional<EventId> event = before.get(slot);
      while (inForce.isPresent() && event.isPresent() && !event.equals(inForce) && steps-- > 0) {
        event = events.stored(event.get()).flatMap(one -> inForceBefore(one, slot));
      }
      if (inForce.isPresent() && event.equals(inForce)) {
        raise(change, slot, inForce.get());
      }
    }
  }

  private void raise(Change change, StateKey slot, EventId inForce) {
    count.incrementAndGet();
    LOG.warn(
        "{}: resolution brought back {} as {}, which had been replaced; 'explain' tells why",
        change.from().id(),
        inForce,
        slot);
  }

  private Optional<EventId> inForceBefore(StoredEvent event, StateKey slot) {
    return event.stateBefore().isEmpty()
        ? Optional.empty()
        : states.load(event.stateBefore().getAsLong()).get(slot);
  }
}
