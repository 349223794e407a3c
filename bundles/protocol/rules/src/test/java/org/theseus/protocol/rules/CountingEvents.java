package org.theseus.protocol.rules;

import java.util.Iterator;
import java.util.Optional;
import org.theseus.protocol.api.AuthIndex;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.EventSource;
import org.theseus.protocol.api.StateKey;

/** Counts what is asked of events and their index: what is found, ranked or named. */
final class CountingEvents implements EventSource, AuthIndex {
  private final MemoryEvents events;
  private long lookups;

  CountingEvents(MemoryEvents events) {
    this.events = events;
  }

  long lookups() {
    return lookups;
  }

  @Override
  public Optional<Judged> find(EventId id) {
    lookups++;
    return events.find(id);
  }

  @Override
  public Optional<AuthIndex> authIndex() {
    return Optional.of(this);
  }

  @Override
  public int rank(EventId event) {
    lookups++;
    return events.rank(event);
  }

  @Override
  public Iterable<EventId> citing(EventId event) {
    return counted(events.citing(event));
  }

  @Override
  public Iterable<StateKey> citingSlots(EventId event) {
    return counted(events.citingSlots(event));
  }

  private <T> Iterable<T> counted(Iterable<T> all) {
    return () ->
        new Iterator<>() {
          private final Iterator<T> rest = all.iterator();

          @Override
          public boolean hasNext() {
            return rest.hasNext();
          }

          @Override
          public T next() {
            lookups++;
            return rest.next();
          }
        };
  }
}
