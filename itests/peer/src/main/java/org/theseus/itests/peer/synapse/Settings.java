package org.theseus.itests.peer.synapse;

import java.time.Duration;

/**
 * What section {@code federation} of a {@code homeserver.yaml} sets, under the names it has there.
 *
 * @param clientTimeout how long an attempt may take until the head of the answer is there
 * @param maxLongRetryDelay no wait between attempts of a transaction is longer, jitter apart
 * @param maxLongRetries attempts of a transaction after the first
 * @param maxShortRetryDelay no wait between attempts of other requests is longer, jitter apart
 * @param maxShortRetries attempts of other requests after the first
 * @param destinationMinRetryInterval the first back-off
 * @param destinationRetryMultiplier what each further back-off is multiplied by, jitter apart
 * @param destinationMaxRetryInterval the longest back-off
 */
public record Settings(
    Duration clientTimeout,
    Duration maxLongRetryDelay,
    int maxLongRetries,
    Duration maxShortRetryDelay,
    int maxShortRetries,
    Duration destinationMinRetryInterval,
    int destinationRetryMultiplier,
    Duration destinationMaxRetryInterval) {

  /** What a server has that sets nothing. */
  public static final Settings DEFAULTS =
      new Settings(
          Duration.ofSeconds(60),
          Duration.ofSeconds(60),
          10,
          Duration.ofSeconds(2),
          3,
          Duration.ofMinutes(10),
          2,
          Duration.ofDays(7));
}
