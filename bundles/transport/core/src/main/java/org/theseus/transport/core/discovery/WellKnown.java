package org.theseus.transport.core.discovery;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.theseus.protocol.api.ServerName;

/**
 * What is known of a host's well-known document.
 *
 * @param delegated whom it delegates to; empty if it does not, or is not to be had
 * @param said what was answered, for people
 * @param lasts how long that is good for
 * @param failures how often in a row there was none
 * @param until until when a delegation may be used at most; of no meaning without one
 */
record WellKnown(
    Optional<ServerName> delegated, String said, Duration lasts, int failures, Instant until)
    implements Memory.Lasting {
  private static final Duration SHORTEST = Duration.ofMinutes(1);

  /** "Errors are recommended to be cached for up to an hour". */
  private static final Duration LONGEST_FAILURE = Duration.ofHours(1);

  private static final int MOST_DOUBLINGS = 6;

  /** "Servers should additionally impose a maximum cache time: 48 hours is recommended". */
  private static final Duration LONGEST = Duration.ofDays(2);

  /** Of what went wrong, in characters: it is remembered, and may be a stranger's choice. */
  private static final int WHY = 200;

  static WellKnown delegating(ServerName delegated, Duration told, Instant now) {
    Duration lasts =
        told.compareTo(SHORTEST) < 0 ? SHORTEST : told.compareTo(LONGEST) > 0 ? LONGEST : told;
    String said = "m.server is " + delegated + ", good for " + lasts.toSeconds() + " s";
    return new WellKnown(Optional.of(delegated), said, lasts, 0, now.plus(LONGEST));
  }

  /**
   * There is none.
   *
   * @param isAnswer whether the host said so; if it said nothing, what it said before goes on
   */
  static WellKnown none(String why, boolean isAnswer, Optional<WellKnown> before, Instant now) {
    int failures = before.map(WellKnown::failures).orElse(0);
    Duration backoff = SHORTEST.multipliedBy(1L << Math.min(failures, MOST_DOUBLINGS));
    Duration lasts = backoff.compareTo(LONGEST_FAILURE) < 0 ? backoff : LONGEST_FAILURE;
    Optional<WellKnown> kept =
        before.filter(
            known -> !isAnswer && known.delegated.isPresent() && now.isBefore(known.until));
    String said =
        why.substring(0, Math.min(why.length(), WHY))
            + kept.map(known -> ", it was " + known.delegated.orElseThrow() + " before").orElse("")
            + ", asked again after "
            + lasts.toSeconds()
            + " s";
    return new WellKnown(
        kept.flatMap(WellKnown::delegated),
        said,
        lasts,
        failures + 1,
        kept.map(WellKnown::until).orElse(now));
  }
}
