package org.theseus.protocol.api;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * What a store knows of the graph that auth_events make of its events, computed by itself when it
 * stored them, never from what they claim. With it a resolution costs what the states differ by;
 * without it, as much as the room has state. An event once stored never changes its place. Used by
 * one thread at a time.
 *
 * @see EventSource#authIndex
 */
@ConsumerType
public interface AuthIndex {
  /**
   * Tells how far an event is from the start of the graph.
   *
   * @param event a stored event
   * @return 0 if it cites no stored event, otherwise one more than the greatest rank of those it
   *     cites; 0 too if the event is not stored
   */
  int rank(EventId event);

  /**
   * Names the events that cite an event. Those stored last are best named first, as they are the
   * likeliest to be in force; the caller stops asking as soon as it has found what it wants.
   *
   * @param event the event, stored or not
   * @return all stored state events that name it in their auth_events, rejected ones too
   */
  Iterable<EventId> citing(EventId event);
}
