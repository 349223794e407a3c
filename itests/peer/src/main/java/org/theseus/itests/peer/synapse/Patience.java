package org.theseus.itests.peer.synapse;

import java.time.Duration;

/** How often a request is attempted, and how long the waits between are. */
public enum Patience {
  /** Transactions: 11 attempts, after waits of 4, 16, 60, 60 ... seconds. */
  LONG {
    @Override
    int attempts(Settings settings) {
      return settings.maxLongRetries() + 1;
    }

    @Override
    Duration wait(Settings settings, int failed) {
      return shorter(Duration.ofSeconds(1L << (2 * failed)), settings.maxLongRetryDelay());
    }
  },

  /** Most other requests: 4 attempts, after waits of 0.5, 1 and 2 seconds. */
  SHORT {
    @Override
    int attempts(Settings settings) {
      return settings.maxShortRetries() + 1;
    }

    @Override
    Duration wait(Settings settings, int failed) {
      return shorter(Duration.ofMillis(500L << (failed - 1)), settings.maxShortRetryDelay());
    }
  },

  /** Requests with a time-out of their own: one attempt. */
  ONE {
    @Override
    int attempts(Settings settings) {
      return 1;
    }

    @Override
    Duration wait(Settings settings, int failed) {
      throw new IllegalStateException("there is no second attempt");
    }
  };

  /** How many attempts there are in all. */
  abstract int attempts(Settings settings);

  /** How long to wait after so many failed attempts, before jitter. */
  abstract Duration wait(Settings settings, int failed);

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
