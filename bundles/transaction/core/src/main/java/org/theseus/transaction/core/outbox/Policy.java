package org.theseus.transaction.core.outbox;

import java.time.Duration;
import java.util.Objects;
import org.theseus.protocol.api.ServerName;

/** Says whether we want to send to a server now. Asked before each transaction. */
@FunctionalInterface
public interface Policy {
  /** Sends to everybody. */
  Policy EVERYBODY = destination -> Verdict.SEND;

  /**
   * What is to be done.
   *
   * @param pause how long nothing is sent before this is asked again; zero to send now
   * @param why the reason, for people; "" where it is sent
   */
  record Verdict(Duration pause, String why) {
    /** Send now. */
    public static final Verdict SEND = new Verdict(Duration.ZERO, "");

    /** Checks that all parts are there. */
    public Verdict {
      Objects.requireNonNull(pause);
      Objects.requireNonNull(why);
    }

    boolean sends() {
      return pause.isZero();
    }
  }

  /**
   * Decides. Must be quick.
   *
   * @param destination whom to send to
   * @return what is to be done
   */
  Verdict judge(ServerName destination);
}
