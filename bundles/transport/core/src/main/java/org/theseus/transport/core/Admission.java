package org.theseus.transport.core;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;

/**
 * How much is worked on at once. What does not fit waits where it costs nothing: before its body is
 * read. One client can take half of the requests and a quarter of the bytes at most. Guarded by
 * {@code this}.
 */
final class Admission {
  private final int maxRequests;
  private final long maxBytes;
  private final Map<InetAddress, Share> shares = new HashMap<>();
  private Share all = Share.NONE;

  /** What is let in. */
  private record Share(int requests, long bytes) {
    static final Share NONE = new Share(0, 0);

    Share plus(int more, long moreBytes) {
      return new Share(requests + more, bytes + moreBytes);
    }

    /** Tells whether one more fits; one body larger than the bound must not wait for ever. */
    boolean hasRoom(long bodyBytes, int maxRequests, long maxBytes) {
      return requests < maxRequests && (bytes == 0 || bytes + bodyBytes <= maxBytes);
    }
  }

  Admission(int maxRequests, long maxBytes) {
    this.maxRequests = maxRequests;
    this.maxBytes = maxBytes;
  }

  /** Tells whether a request with a body of up to so many bytes would be let in. */
  synchronized boolean hasRoom(InetAddress client, long bodyBytes) {
    return all.hasRoom(bodyBytes, maxRequests, maxBytes)
        && shares
            .getOrDefault(client, Share.NONE)
            .hasRoom(bodyBytes, maxRequests / 2, maxBytes / 4);
  }

  /** Lets a request in, if there is room; {@link #leave} must follow. */
  synchronized boolean enter(InetAddress client, long bodyBytes) {
    if (!hasRoom(client, bodyBytes)) {
      return false;
    }
    all = all.plus(1, bodyBytes);
    shares.put(client, shares.getOrDefault(client, Share.NONE).plus(1, bodyBytes));
    return true;
  }

  /** Lets a request out. */
  synchronized void leave(InetAddress client, long bodyBytes) {
    all = all.plus(-1, -bodyBytes);
    Share left = shares.getOrDefault(client, Share.NONE).plus(-1, -bodyBytes);
    if (left.equals(Share.NONE)) {
      shares.remove(client);
    } else {
      shares.put(client, left);
    }
  }
}
