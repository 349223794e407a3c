package org.theseus.transport.core;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;

/**
 * How much is worked on at once. What does not fit waits where it costs nothing: before its body is
 * read. One client can take half of it at most. Guarded by {@code this}.
 */
final class Admission {
  private final int maxRequests;
  private final long maxBytes;
  private final Map<InetAddress, Integer> perClient = new HashMap<>();
  private int requests;
  private long bytes;

  Admission(int maxRequests, long maxBytes) {
    this.maxRequests = maxRequests;
    this.maxBytes = maxBytes;
  }

  /** Tells whether a request with a body of up to so many bytes would be let in. */
  synchronized boolean hasRoom(InetAddress client, long bodyBytes) {
    return requests < maxRequests
        && perClient.getOrDefault(client, 0) < maxRequests / 2
        // One body larger than the bound must not wait for ever.
        && (bytes == 0 || bytes + bodyBytes <= maxBytes);
  }

  /** Lets a request in, if there is room; {@link #leave} must follow. */
  synchronized boolean enter(InetAddress client, long bodyBytes) {
    if (!hasRoom(client, bodyBytes)) {
      return false;
    }
    requests++;
    bytes += bodyBytes;
    perClient.merge(client, 1, Integer::sum);
    return true;
  }

  /** Lets a request out. */
  synchronized void leave(InetAddress client, long bodyBytes) {
    requests--;
    bytes -= bodyBytes;
    perClient.computeIfPresent(client, (who, count) -> count == 1 ? null : count - 1);
  }
}
