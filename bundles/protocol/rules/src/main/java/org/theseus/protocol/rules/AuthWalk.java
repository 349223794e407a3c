package org.theseus.protocol.rules;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.theseus.protocol.api.EventId;

/** A walk through events, of a step at a time and without recursion. */
final class AuthWalk {
  private final Function<EventId, Iterable<EventId>> ways;
  private final Predicate<EventId> allowed;
  private final Set<EventId> reached = new HashSet<>();
  private final Deque<Iterator<EventId>> open = new ArrayDeque<>();

  /**
   * Begins a walk.
   *
   * @param ways where it goes on from an event
   * @param allowed where it may go at all
   */
  AuthWalk(
      Collection<EventId> from,
      Function<EventId, Iterable<EventId>> ways,
      Predicate<EventId> allowed) {
    this.ways = ways;
    this.allowed = allowed;
    from.forEach(id -> open.push(ways.apply(id).iterator()));
  }

  /** Goes a step on, if there is one left. */
  boolean step() {
    if (open.isEmpty()) {
      return false;
    }
    Iterator<EventId> next = open.peek();
    if (!next.hasNext()) {
      open.pop();
      return true;
    }
    EventId id = next.next();
    if (!reached.contains(id) && allowed.test(id)) {
      reached.add(id);
      open.push(ways.apply(id).iterator());
    }
    return true;
  }

  boolean isOver() {
    return open.isEmpty();
  }

  /** Goes to the end: says what was reached, where it began only if a way led back there. */
  Set<EventId> finish() {
    boolean more = true;
    while (more) {
      more = step();
    }
    return reached;
  }
}
