package org.theseus.transport.core;

import java.util.HashMap;
import java.util.Map;

/**
 * How much is worked on at once. Whoever takes a share must leave as much free as it has: one alone
 * can take half of all, two a third each, and there is always room for one more, however greedy the
 * others are. A client that goes by many names, each with a share, has for all of them together at
 * most three times what it leaves free. Guarded by {@code this}.
 */
final class Admission {
  private static final int FOR_ALL_NAMES = 3;

  private final int maxRequests;
  private final long maxBytes;
  private final Map<Sharer, Share> shares = new HashMap<>();

  /** What clients have under whatever name. */
  private final Map<Sharer, Share> clients = new HashMap<>();

  private Share all = Share.NONE;

  /**
   * What is taken.
   *
   * @param requests how many
   * @param bytes of their bodies
   */
  record Share(int requests, long bytes) {
    static final Share NONE = new Share(0, 0);

    Share plus(int more, long moreBytes) {
      return new Share(requests + more, bytes + moreBytes);
    }
  }

  Admission(int maxRequests, long maxBytes) {
    this.maxRequests = maxRequests;
    this.maxBytes = maxBytes;
  }

  /** Tells whether a request with so many bytes would be let in. */
  synchronized boolean hasRoom(Sharer who, long bytes) {
    int free = maxRequests - all.requests;
    return of(who).requests < free
        && ofClient(who).requests < FOR_ALL_NAMES * free
        && fits(who, who, all.bytes, bytes);
  }

  /** Lets a client's request in, if there is room; {@link #leave} must follow. */
  synchronized boolean enter(Sharer client, long bytes) {
    return hasRoom(client, bytes) && add(client, client, 1, bytes);
  }

  /** Tells whether there is room for more bytes of a request that is inside and has some. */
  synchronized boolean canGrow(Sharer who, Sharer client, long bytes, long more) {
    return all.bytes == bytes || fits(who, client, all.bytes, more);
  }

  /** Gives a request that is inside room for more bytes, if there is. */
  synchronized boolean grow(Sharer who, Sharer client, long bytes, long more) {
    return canGrow(who, client, bytes, more) && add(who, client, 0, more);
  }

  /** Tells whether a request that is inside could be another's, as far as that one's share goes. */
  synchronized boolean canMove(Sharer to, long bytes) {
    return of(to).requests < maxRequests - all.requests + 1
        && fits(to, to, all.bytes - bytes, bytes);
  }

  /** Makes a client's request that is inside that of one of its names, if that one has room. */
  synchronized boolean move(Sharer client, Sharer to, long bytes) {
    boolean moved = canMove(to, bytes);
    if (moved) {
      add(shares, client, -1, -bytes);
      add(shares, to, 1, bytes);
    }
    return moved;
  }

  /** Lets a request out with all its bytes. */
  synchronized void leave(Sharer who, Sharer client, long bytes) {
    add(who, client, -1, -bytes);
  }

  /** Tells what one has taken. */
  synchronized Share of(Sharer who) {
    return shares.getOrDefault(who, Share.NONE);
  }

  private Share ofClient(Sharer client) {
    return clients.getOrDefault(client, Share.NONE);
  }

  /** Tells what is taken by all. */
  synchronized Share all() {
    return all;
  }

  /** One body larger than the bound must not wait for ever. */
  private boolean fits(Sharer who, Sharer client, long taken, long bytes) {
    long free = maxBytes - taken - bytes;
    return bytes == 0
        || taken == 0
        || (of(who).bytes + bytes <= free
            && ofClient(client).bytes + bytes <= FOR_ALL_NAMES * free);
  }

  private boolean add(Sharer who, Sharer client, int requests, long bytes) {
    all = all.plus(requests, bytes);
    add(shares, who, requests, bytes);
    add(clients, client, requests, bytes);
    return true;
  }

  private static void add(Map<Sharer, Share> taken, Sharer who, int requests, long bytes) {
    taken.merge(
        who,
        new Share(requests, bytes),
        (had, more) -> {
          Share sum = had.plus(more.requests, more.bytes);
          return sum.equals(Share.NONE) ? null : sum;
        });
  }
}
