package org.theseus.pdu.api;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Is told of every accepted event, after its commit, in the order of commits. How far it has come
 * is kept in the store: a listener that was away catches up. An event may be told again after a
 * crash.
 */
@ConsumerType
public interface EventListener {
  /**
   * Names the listener; its position is kept under this name.
   *
   * @return a name that stays, such as the component's
   */
  String name();

  /**
   * Takes an event. Called by one thread at a time; may block.
   *
   * @param event the event
   * @throws RuntimeException to be told of it again later, nothing after it before
   */
  void onEvent(TimelineEvent event);
}
