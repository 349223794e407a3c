package org.theseus.protocol.api;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Tells how a part of the server is doing; registered as a service by whoever has something to
 * tell, and read by the shell and by what watches the server. Safe for many threads.
 *
 * <p>Ours: the specification has nothing of the kind.
 */
@ConsumerType
public interface Status {
  /**
   * Tells whose status this is; always the same.
   *
   * @return a short name without white space, such as {@code router}
   */
  String name();

  /**
   * Tells how it is doing now: counters since this part began, and gauges. Quick, asks neither the
   * store nor the network, and tells no secrets.
   *
   * @return numbers, strings or objects of them, by names like {@code parked} or {@code
   *     longest_wait_ms}; maybe none
   */
  JsonObject report();
}
