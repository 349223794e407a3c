package org.theseus.persistence.api;

import java.util.Objects;
import org.theseus.protocol.api.ServerName;

/**
 * A durable EDU that was received, acknowledged and is still to be handled. The array is shared and
 * must not be changed.
 *
 * @param id given by the store, in order of receipt; 0 while it has none
 * @param origin the server that sent it to us
 * @param type its type
 * @param content its content, UTF-8 JSON
 * @param attempts how often handling it failed
 * @param problem what went wrong last, or ""
 */
public record JournaledEdu(
    long id, ServerName origin, String type, byte[] content, int attempts, String problem) {
  /** Checks that all parts are there. */
  public JournaledEdu {
    Objects.requireNonNull(origin);
    Objects.requireNonNull(type);
    Objects.requireNonNull(content);
    Objects.requireNonNull(problem);
  }

  /**
   * Makes the record of an EDU just received.
   *
   * @param origin the server that sent it to us
   * @param type its type
   * @param content its content, UTF-8 JSON
   * @return the record
   */
  public static JournaledEdu received(ServerName origin, String type, byte[] content) {
    return new JournaledEdu(0, origin, type, content, 0, "");
  }

  /**
   * Notes that handling it failed once more.
   *
   * @param why what went wrong
   * @return the changed record
   */
  public JournaledEdu failedBecause(String why) {
    return new JournaledEdu(id, origin, type, content, attempts + 1, why);
  }
}
