package org.theseus.transaction.core.outbox;

import java.time.Duration;
import org.theseus.persistence.api.Destination;
import org.theseus.persistence.api.Destination.Portion;

/** How a destination stands after this or that. */
final class Standing {
  private static final Duration AWAY = Duration.ofHours(1);
  private static final Duration REFUSED = Duration.ofHours(1);

  private Standing() {}

  /** It answered. */
  static Destination answered(Destination was, long now) {
    return with(was, 0, 0, 0, now, "", 0, was.portion());
  }

  /** An attempt failed; {@code refused} if the peer did not like what the transaction holds. */
  static Destination failed(
      Destination was, long now, long nextTs, String problem, boolean refused) {
    return with(
        was,
        was.failures() + 1,
        was.failures() == 0 ? now : was.failingSinceTs(),
        nextTs,
        was.lastSuccessTs(),
        problem,
        refused ? refusedSince(was, now) : 0,
        was.portion());
  }

  /** What it refused for long goes in smaller transactions from now on. */
  static Destination withPortion(Destination was, Portion portion) {
    return with(
        was,
        was.failures(),
        was.failingSinceTs(),
        was.nextAttemptTs(),
        was.lastSuccessTs(),
        was.problem(),
        0,
        portion);
  }

  /** Tells whether it has not answered for so long that it gets a choice of what it missed. */
  static boolean wasAway(Destination was, long now) {
    return was.failures() > 0 && now - was.failingSinceTs() >= AWAY.toMillis();
  }

  /** Tells whether it has refused the open transaction for long enough. */
  static boolean hasRefused(Destination was, long now) {
    return now - refusedSince(was, now) >= REFUSED.toMillis();
  }

  private static long refusedSince(Destination was, long now) {
    return was.refusedSinceTs() == 0 ? now : was.refusedSinceTs();
  }

  private static Destination with(
      Destination was,
      int failures,
      long failingSinceTs,
      long nextAttemptTs,
      long lastSuccessTs,
      String problem,
      long refusedSinceTs,
      Portion portion) {
    return new Destination(
        was.server(),
        was.cursor(),
        was.lastMeant(),
        failures,
        failingSinceTs,
        nextAttemptTs,
        lastSuccessTs,
        problem,
        refusedSinceTs,
        portion,
        was.catchingUpTo(),
        was.leftToPeer());
  }
}
