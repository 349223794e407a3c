package org.theseus.pdu.core.graph;

import java.util.Optional;
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

  /** How many replacements of one slot are followed back. */
  private static final int MAX_STEPS = 50;

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
    for (StateKey slot : now.differences(before)) {
      Optional<EventId> replaced = before.get(slot);
      Optional<EventId> inForce = now.get(slot);
      if (replaced.isPresent() && inForce.isPresent() && wasBefore(replaced, slot, inForce)) {
        count.incrementAndGet();
        LOG.warn(
            "{}: resolution brought back {} as {}, which {} had replaced; 'explain' tells why",
            change.from().id(),
            inForce.get(),
            slot,
            replaced.get());
      }
    }
  }

  private boolean wasBefore(Optional<EventId> later, StateKey slot, Optional<EventId> sought) {
    Optional<EventId> event = later;
    for (int i = 0; event.isPresent() && i < MAX_STEPS; i++) {
      event = events.stored(event.get()).flatMap(one -> inForceBefore(one, slot));
      if (event.equals(sought)) {
        return true;
      }
    }
    return false;
  }

  private Optional<EventId> inForceBefore(StoredEvent event, StateKey slot) {
    return event.stateBefore().isEmpty()
        ? Optional.empty()
        : states.load(event.stateBefore().getAsLong()).get(slot);
  }
}
