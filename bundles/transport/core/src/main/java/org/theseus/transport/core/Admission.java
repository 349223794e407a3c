package org.theseus.transport.core;

/**
 * How much is worked on at once. What does not fit waits where it costs nothing: before its body is
 * read. Guarded by {@code this}.
 */
final class Admission {
  private final int maxRequests;
  private final long maxBytes;
  private int requests;
  private long bytes;

  Admission(int maxRequests, long maxBytes) {
    this.maxRequests = maxRequests;
    this.maxBytes = maxBytes;
  }

  /** Tells whether a request with a body of up to so many bytes would be let in. */
  synchronized boolean hasRoom(long bodyBytes) {
    // One body larger than the bound must not wait for ever.
    return requests < maxRequests && (bytes == 0 || bytes + bodyBytes <= maxBytes);
  }

  /** Lets a request in, if there is room; {@link #leave} must follow. */
  synchronized boolean enter(long bodyBytes) {
    if (!hasRoom(bodyBytes)) {
      return false;
    }
    requests++;
    bytes += bodyBytes;
    return true;
  }

  /** Lets a request out. */
  synchronized void leave(long bodyBytes) {
    requests--;
    bytes -= bodyBytes;
  }
}
