package org.theseus.pdu.api;

import java.util.Objects;
import org.theseus.protocol.api.JsonObject;

/**
 * An event that another server is to complete and sign, as make_join and its like answer.
 *
 * @param version the room's version
 * @param event the event without hashes and signatures
 */
public record Template(String version, JsonObject event) {
  /** Checks that all parts are there. */
  public Template {
    Objects.requireNonNull(version);
    Objects.requireNonNull(event);
  }
}
