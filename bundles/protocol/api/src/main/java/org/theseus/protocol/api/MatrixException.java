package org.theseus.protocol.api;

import java.util.Objects;

/**
 * A request cannot be granted, for good; it carries the protocol's answer.
 *
 * @see <a href="https://spec.matrix.org/v1.19/client-server-api/#standard-error-response">Standard
 *     error response</a>
 */
public class MatrixException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient MatrixError error;

  /**
   * Wraps an error.
   *
   * @param error the protocol's answer
   */
  public MatrixException(MatrixError error) {
    super(error.errcode() + ": " + error.error());
    this.error = Objects.requireNonNull(error);
  }

  /**
   * Makes an error.
   *
   * @param status the HTTP status
   * @param errcode the error code
   * @param message a sentence for people
   */
  public MatrixException(int status, String errcode, String message) {
    this(new MatrixError(status, errcode, message));
  }

  /**
   * Tells the protocol's answer.
   *
   * @return the error
   */
  public final MatrixError error() {
    return error;
  }
}
