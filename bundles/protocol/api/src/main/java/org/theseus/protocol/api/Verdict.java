package org.theseus.protocol.api;

import java.util.Objects;

/**
 * What the authorization rules say of an event.
 *
 * @param allowed whether the event is allowed
 * @param reason why not, or "" when it is
 * @see <a href="https://spec.matrix.org/v1.19/server-server-api/#authorisation-rules">Authorisation
 *     rules</a>
 */
public record Verdict(boolean allowed, String reason) {
  /** The event is allowed. */
  public static final Verdict ALLOW = new Verdict(true, "");

  /** Checks that there is a reason. */
  public Verdict {
    Objects.requireNonNull(reason);
  }

  /**
   * Refuses.
   *
   * @param reason why, in a sentence for people
   * @return the verdict
   */
  public static Verdict reject(String reason) {
    return new Verdict(false, reason);
  }
}
