package org.theseus.transaction.core.pull;

import java.util.List;
import java.util.Optional;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonValue;
import org.theseus.protocol.api.MatrixError;
import org.theseus.protocol.api.MatrixException;
import org.theseus.transaction.core.intake.InboundTransaction;

/**
 * A page that a peer has answered with.
 *
 * @param pdus its PDUs, of any shape
 * @param next where to go on, if there may be more
 */
record PulledPage(List<JsonValue> pdus, Optional<String> next) {
  private static final int MAX_NEXT = 255;

  /**
   * Reads an answer.
   *
   * @throws MatrixException {@code M_BAD_JSON} if it is none
   */
  static PulledPage of(JsonObject answer) {
    List<JsonValue> pdus =
        answer
            .array("pdus")
            .map(JsonArray::elements)
            .filter(all -> all.size() <= InboundTransaction.MAX_PDUS)
            .orElseThrow(() -> bad("pdus is no array of at most " + InboundTransaction.MAX_PDUS));
    Optional<String> next = answer.string("next");
    if (next.filter(place -> place.length() > MAX_NEXT).isPresent()) {
      throw bad("next is too long");
    }
    return new PulledPage(pdus, next);
  }

  private static MatrixException bad(String why) {
    return new MatrixException(502, MatrixError.BAD_JSON, why);
  }
}
