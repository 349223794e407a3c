package org.theseus.transport.core;

import java.net.InetAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.theseus.protocol.api.ServerName;
import org.theseus.transport.api.BodyRoom;

/**
 * What a request takes up of what all requests share: a place among those that wait for keys, a
 * place at work, room for its body. Until it is authenticated it counts for its client, then for
 * its origin. Guarded by {@code this}.
 */
final class Holding implements BodyRoom {
  /** Room that every body has from the beginning, and by which it grows. */
  private static final long STEP = 64 << 10;

  private final Dispatcher dispatcher;
  private final Admission lookUps;
  private final Admission work;
  private final Sharer client;
  private Sharer who;
  private boolean looking;
  private boolean working;
  private boolean moved;

  /** The most that the body can be. */
  private long most;

  private long arrived;
  private long bytes;

  Holding(Dispatcher dispatcher, InetAddress client) {
    this.dispatcher = dispatcher;
    this.lookUps = dispatcher.lookUps();
    this.work = dispatcher.admission();
    this.client = Sharer.of(client);
    this.who = this.client;
  }

  synchronized Sharer who() {
    return who;
  }

  /** Tells how much whoever it counts for has at work. */
  synchronized int load() {
    return work.of(who).requests() + lookUps.of(who).requests();
  }

  synchronized boolean hasRoomToLook() {
    return lookUps.hasRoom(client, 0);
  }

  /** Takes a place among those that wait for keys, if there is one. */
  synchronized boolean enterLookUps() {
    looking = lookUps.enter(client, 0);
    return looking;
  }

  synchronized boolean hasRoomToWork(long bodyBytes) {
    return work.hasRoom(client, Math.min(bodyBytes, STEP));
  }

  /**
   * Takes a place at work, and room for the beginning of its body, if there is both.
   *
   * @param bodyBytes the most that the body can be
   */
  synchronized boolean enterWork(long bodyBytes) {
    long first = Math.min(bodyBytes, STEP);
    if (work.enter(client, first)) {
      working = true;
      most = bodyBytes;
      arrived = 0;
      bytes = first;
    }
    return working;
  }

  /** Tells how much an origin has at work. */
  int load(ServerName origin) {
    return work.of(Sharer.of(origin)).requests();
  }

  /** Tells whether such an origin may have one more at work. */
  boolean hasRoomFor(ServerName origin) {
    return work.hasRoom(Sharer.of(origin), 0);
  }

  synchronized boolean canMoveTo(ServerName origin) {
    return moved || work.canMove(Sharer.of(origin), bytes);
  }

  /** Counts for an origin from now on, if that one has room. */
  boolean moveTo(ServerName origin) {
    synchronized (this) {
      if (moved) {
        return true;
      }
      Sharer next = Sharer.of(origin);
      if (!work.move(client, next, bytes)) {
        return false;
      }
      who = next;
      moved = true;
    }
    dispatcher.waiting().wake();
    return true;
  }

  @Override
  public CompletionStage<Void> take(long more) {
    synchronized (this) {
      arrived += more;
    }
    return grow()
        ? CompletableFuture.completedFuture(null)
        : dispatcher.waiting().await(new Growth(dispatcher, this));
  }

  /** Tells whether there is room for what has come of the body. */
  synchronized boolean canGrow() {
    long needed = needed();
    return !working || needed <= bytes || work.canGrow(who, client, bytes, needed - bytes);
  }

  /** Takes room for what has come of the body, if there is some. What has ended needs none. */
  synchronized boolean grow() {
    long needed = needed();
    boolean grown = !working || needed <= bytes || work.grow(who, client, bytes, needed - bytes);
    if (working && grown) {
      bytes = Math.max(bytes, needed);
    }
    return grown;
  }

  void leaveLookUps() {
    synchronized (this) {
      if (!looking) {
        return;
      }
      looking = false;
      lookUps.leave(client, client, 0);
    }
    dispatcher.waiting().wake();
  }

  /** Gives all back. */
  void leave() {
    leaveLookUps();
    synchronized (this) {
      if (!working) {
        return;
      }
      working = false;
      work.leave(who, client, bytes);
    }
    dispatcher.waiting().wake();
  }

  private long needed() {
    return Math.min(most, (arrived + STEP - 1) / STEP * STEP);
  }
}
