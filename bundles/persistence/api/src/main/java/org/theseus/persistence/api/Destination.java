package org.theseus.persistence.api;

import java.util.Objects;
import org.theseus.protocol.api.ServerName;

/**
 * A server we send to: a cursor over the log, and how sending goes. Times are milliseconds since
 * the epoch, 0 for never.
 *
 * @param server its name
 * @param cursor everything in the log up to here has been delivered or is not meant for it
 * @param lastMeant the last position in the log that is meant for it, or 0
 * @param failures how many attempts have failed since the last success
 * @param failingSinceTs when the first of these was made
 * @param nextAttemptTs not before this time is it tried again
 * @param lastSuccessTs when it last answered
 * @param problem what went wrong last, or ""
 * @param refusedSinceTs since when it has refused the open transaction for what it holds
 * @param portion how much it is sent at once because it refused more
 * @param catchingUpTo of the log up to here only a choice is still sent, or 0
 * @param leftToPeer how many events meant for it were left for it to fetch
 */
public record Destination(
    ServerName server,
    long cursor,
    long lastMeant,
    int failures,
    long failingSinceTs,
    long nextAttemptTs,
    long lastSuccessTs,
    String problem,
    long refusedSinceTs,
    Portion portion,
    long catchingUpTo,
    long leftToPeer) {

  /**
   * A part of what is owed that is sent in smaller transactions.
   *
   * @param most the most PDUs and EDUs together in a transaction; 0 for no such part
   * @param upTo the last position of the log it holds
   * @param upToEdu the last EDU of the queue it holds, or 0
   */
  public record Portion(int most, long upTo, long upToEdu) {
    /** No part. */
    public static final Portion NONE = new Portion(0, 0, 0);
  }

  /** Checks that all parts are there. */
  public Destination {
    Objects.requireNonNull(server);
    Objects.requireNonNull(problem);
    Objects.requireNonNull(portion);
  }
}
