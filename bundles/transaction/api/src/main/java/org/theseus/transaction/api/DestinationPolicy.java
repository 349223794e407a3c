package org.theseus.transaction.api;

import java.time.Duration;
import java.util.Objects;
import org.osgi.annotation.versioning.ConsumerType;
import org.theseus.protocol.api.ServerName;

/**
 * Decides whether transactions are sent to a server; registered as a service, at any time. Of
 * several the strictest decides: refusal before delay, the longer delay before the shorter. What is
 * owed to a server that is delayed or refused is kept, and sent once it is allowed: to one that was
 * away for long, as after any outage. Safe for many threads.
 */
@ConsumerType
public interface DestinationPolicy {
  /** What is decided. */
  sealed interface Decision {
    /** Send. */
    record Allow() implements Decision {}

    /**
     * Send nothing now.
     *
     * @param time after which to ask again, at the latest; more than a day counts as a day
     * @param reason why, in a few words for people
     */
    record Delay(Duration time, String reason) implements Decision {
      /** Checks that both are there, and that the time is positive. */
      public Delay {
        Objects.requireNonNull(reason);
        if (time.isNegative() || time.isZero()) {
          throw new IllegalArgumentException("a delay of " + time);
        }
      }
    }

    /**
     * Send nothing until further notice; asked again once in an hour.
     *
     * @param reason why, in a few words for people
     */
    record Refuse(String reason) implements Decision {
      /** Checks that there is a reason. */
      public Refuse {
        Objects.requireNonNull(reason);
      }
    }
  }

  /**
   * Decides. Asked before each transaction, and about servers held back also when policies come and
   * go, when that server is heard from, and on {@link Outbox#retry}. Must be quick. One that throws
   * or decides nothing delays by a minute.
   *
   * @param destination the server
   * @return what is to be done
   */
  Decision judge(ServerName destination);
}
