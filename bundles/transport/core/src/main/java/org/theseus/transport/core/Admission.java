package org.theseus.transport.core;

import java.util.HashMap;
import java.util.Map;

/**
 * How much is worked on at once. Whoever takes a share must leave as much free as it has: one alone
 * can take half of all, two a third each, and there is always room for one more, however greedy the
 * others are. Guarded by {@code this}.
 */
final class Admission {
  private final int maxRequests;
  private final long maxBytes;
  private final Map<Sharer, Share> shares = new HashMap<>();
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
    return of(who).requests < maxRequests - all.requests && fits(who, all.bytes, bytes);
  }

  /** Lets a request in, if there is room; {@link #leave} must follow. */
  synchronized boolean enter(Sharer who, long bytes) {
    return hasRoom(who, bytes) && add(who, 1, bytes);
  }

  /** Tells whether there is room for more bytes of a request that is inside and has some. */
  synchronized boolean canGrow(Sharer who, long bytes, long more) {
    return all.bytes == bytes || fits(who, all.bytes, more);
  }

  /** Gives a request that is inside room for more bytes, if there is. */
  synchronized boolean grow(Sharer who, long bytes, long more) {
    return canGrow(who, bytes, more) && add(who, 0, more);
  }

  /** Tells whether a request that is inside could be another's, as far as that one's share goes. */
  synchronized boolean canMove(Sharer to, long bytes) {
    return of(to).requests < maxRequests - all.requests + 1 && fits(to, all.bytes - bytes, bytes);
  }

  /** Makes a request that is inside another's, if that one has room. */
  synchronized boolean move(Sharer from, Sharer to, long bytes) {
    return canMove(to, bytes) && add(from, -1, -bytes) && add(to, 1, bytes);
  }

  /** Lets a request out with all its bytes. */
  synchronized void leave(Sharer who, long bytes) {
    add(who, -1, -bytes);
  }

  /** Tells what one has taken. */
  synchronized Share of(Sharer who) {
    return shares.getOrDefault(who, Share.NONE);
  }

  /** Tells what is taken by all. */
  synchronized Share all() {
    return all;
  }

  /** One body larger than the bound must not wait for ever. */
  private boolean fits(Sharer who, long taken, long bytes) {
    return bytes == 0 || taken == 0 || of(who).bytes + bytes <= maxBytes - taken - bytes;
  }

  private boolean add(Sharer who, int requests, long bytes) {
    all = all.plus(requests, bytes);
    Share share = of(who).plus(requests, bytes);
    if (share.equals(Share.NONE)) {
      shares.remove(who);
    } else {
      shares.put(who, share);
    }
    return true;
  }
}
