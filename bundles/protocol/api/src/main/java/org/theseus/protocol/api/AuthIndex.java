package org.theseus.protocol.api;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * What a store knows of the graph that auth_events make of its events, computed by itself when it
 * stored them, never from what they claim. With it a resolution costs what the states differ by;
 * without it, as much as the room has state. An event once stored never changes its place. Used by
 * one thread at a time.
 *
 * @see EventSource#authIndex
 * @see <a href="https://spec.matrix.org/v1.19/rooms/v12/#state-resolution">State resolution</a>
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
   * Names the events that cite an event and are cited themselves, so that a way up the graph may
   * lead on through them. Those stored last are best named first, as they are the likeliest to be
   * in force; the caller stops asking as soon as it has found what it wants.
   *
   * @param event the event, stored or not
   * @return all stored state events that name it in their auth_events and are named in those of
   *     another stored state event, rejected ones too
   */
  Iterable<EventId> citing(EventId event);

  /**
   * Names the slots in which events may cite an event: far fewer than the events, most of which
   * were replaced long ago. Those of the events stored last are best named first.
   *
   * @param event the event, stored or not
   * @return the slots of all stored state events that name it in their auth_events, each once
   */
  Iterable<StateKey> citingSlots(EventId event);
}
