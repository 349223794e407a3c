package org.theseus.pdu.core.local;

import org.theseus.pdu.core.graph.Ruling;
import org.theseus.protocol.api.MatrixError;
import org.theseus.protocol.api.MatrixException;
import org.theseus.protocol.api.Verdict;

/** Turns what the rules refuse into the protocol's errors. */
final class Refusals {
  private Refusals() {}

  static void check(Verdict verdict) {
    if (!verdict.allowed()) {
      throw forbidden(verdict.reason());
    }
  }

  static void check(Ruling ruling) {
    if (!ruling.isAccepted()) {
      throw forbidden(ruling.reason());
    }
  }

  static MatrixException forbidden(String reason) {
    return new MatrixException(403, MatrixError.FORBIDDEN, reason);
  }

  static MatrixException badJson(String reason) {
    return new MatrixException(400, MatrixError.BAD_JSON, reason);
  }
}
