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
 */
public record JournaledEdu(long id, ServerName origin, String type, byte[] content) {
  /** Checks that all parts are there. */
  public JournaledEdu {
    Objects.requireNonNull(origin);
    Objects.requireNonNull(type);
    Objects.requireNonNull(content);
  }
}
