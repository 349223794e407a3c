package org.theseus.messaging.api;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Is told of every event users may see, in the order of commits, after the commit; registered as a
 * service. Its position is kept in the store under its name: a listener that was away catches up.
 * An event may be told again after a crash.
 */
@ConsumerType
public interface RoomListener {
  /**
   * Names the listener.
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
  void onEvent(RoomEvent event);
}
