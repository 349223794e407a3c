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
 */
public record Destination(
    ServerName server,
    long cursor,
    long lastMeant,
    int failures,
    long failingSinceTs,
    long nextAttemptTs,
    long lastSuccessTs,
    String problem) {
  /** Checks that all parts are there. */
  public Destination {
    Objects.requireNonNull(server);
    Objects.requireNonNull(problem);
  }
}
