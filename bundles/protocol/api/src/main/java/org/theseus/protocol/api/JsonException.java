package org.theseus.protocol.api;

/**
 * A text is not the JSON it should be: {@code M_NOT_JSON}, {@code M_BAD_JSON} (400) or {@code
 * M_TOO_LARGE} (413).
 *
 * @see <a href="https://spec.matrix.org/v1.19/client-server-api/#standard-error-response">Standard
 *     error response</a>
 */
public final class JsonException extends MatrixException {
  private static final long serialVersionUID = 1L;

  /**
   * Describes what is wrong.
   *
   * @param errcode one of the three codes
   * @param message what is wrong, without quoting the text
   */
  public JsonException(String errcode, String message) {
    super(new MatrixError(errcode.equals(MatrixError.TOO_LARGE) ? 413 : 400, errcode, message));
  }
}
