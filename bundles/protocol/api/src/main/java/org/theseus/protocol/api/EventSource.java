package org.theseus.protocol.api;

import java.util.Optional;

/**
 * The events rules look up while they judge: the store, a cache over it, or a test's map. Used by
 * one thread at a time.
 *
 * @see <a href="https://spec.matrix.org/v1.19/server-server-api/#authorisation-rules">Authorisation
 *     rules</a>
 */
@FunctionalInterface
public interface EventSource {
  /**
   * An event and whether it was rejected when it was received.
   *
   * @param event the event
   * @param rejected true if the rules refused it
   */
  record Judged(Event event, boolean rejected) {}

  /**
   * Looks an event up.
   *
   * @param id its id
   * @return the event, or empty if it is not known here
   */
  Optional<Judged> find(EventId id);

  /**
   * Offers an index over the auth_events of all events that are found here.
   *
   * @return the index, or empty if there is none
   */
  default Optional<AuthIndex> authIndex() {
    return Optional.empty();
  }
}
