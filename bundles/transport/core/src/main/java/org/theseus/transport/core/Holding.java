package org.theseus.transport.core;

import java.net.InetAddress;
import java.util.OptionalLong;

/**
 * What a request takes up of what all requests share. Used by one thread at a time, as its request
 * is.
 */
final class Holding {
  private final Dispatcher dispatcher;
  private final InetAddress client;
  private volatile boolean looking;
  private volatile OptionalLong bytes = OptionalLong.empty();

  Holding(Dispatcher dispatcher, InetAddress client) {
    this.dispatcher = dispatcher;
    this.client = client;
  }

  boolean hasRoomToLook() {
    return dispatcher.lookUps().hasRoom(client, 0);
  }

  /** Takes a place among those that wait for keys, if there is one. */
  boolean enterLookUps() {
    looking = dispatcher.lookUps().enter(client, 0);
    return looking;
  }

  boolean hasRoomToWork(long bodyBytes) {
    return dispatcher.admission().hasRoom(client, bodyBytes);
  }

  /** Takes a place at work and room for its body, if there is both. */
  boolean enterWork(long bodyBytes) {
    boolean entered = dispatcher.admission().enter(client, bodyBytes);
    bytes = entered ? OptionalLong.of(bodyBytes) : OptionalLong.empty();
    return entered;
  }

  void leaveLookUps() {
    if (looking) {
      looking = false;
      dispatcher.lookUps().leave(client, 0);
      dispatcher.wake();
    }
  }

  /** Gives all back. */
  void leave() {
    leaveLookUps();
    bytes.ifPresent(held -> dispatcher.admission().leave(client, held));
    bytes = OptionalLong.empty();
    dispatcher.wake();
  }
}
