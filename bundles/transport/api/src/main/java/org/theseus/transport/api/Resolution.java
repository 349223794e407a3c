package org.theseus.transport.api;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.theseus.protocol.api.ServerName;

/**
 * How a server was found, or why not; for people who look for what is wrong.
 *
 * @param server the name that was resolved
 * @param steps what was asked, in order
 * @param result where the server is, or empty if it cannot be found
 */
public record Resolution(ServerName server, List<Step> steps, Optional<ResolvedServer> result) {
  /** Checks that all parts are there. */
  public Resolution {
    Objects.requireNonNull(server);
    steps = List.copyOf(steps);
    Objects.requireNonNull(result);
  }

  /**
   * A question and its answer.
   *
   * @param number the step's number in the specification, such as "3.2"
   * @param asked the question
   * @param answered the answer
   * @param remembered whether the answer was known from before
   */
  public record Step(String number, String asked, String answered, boolean remembered) {
    /** Checks that all parts are there. */
    public Step {
      Objects.requireNonNull(number);
      Objects.requireNonNull(asked);
      Objects.requireNonNull(answered);
    }
  }
}
