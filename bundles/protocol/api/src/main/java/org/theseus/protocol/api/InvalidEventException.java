package org.theseus.protocol.api;

/**
 * An event does not follow the format of its room version and is dropped (receipt check 1).
 *
 * @see <a
 *     href="https://spec.matrix.org/v1.19/server-server-api/#checks-performed-on-receipt-of-a-pdu">Checks
 *     performed on receipt of a PDU</a>
 */
public final class InvalidEventException extends MatrixException {
  private static final long serialVersionUID = 1L;

  /**
   * Describes what is wrong.
   *
   * @param errcode {@code M_BAD_JSON} or {@code M_TOO_LARGE}
   * @param message what is wrong
   */
  public InvalidEventException(String errcode, String message) {
    super(errcode.equals(MatrixError.TOO_LARGE) ? 413 : 400, errcode, message);
  }
}
