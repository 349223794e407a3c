package org.theseus.protocol.api;

/**
 * Something cannot be done now but may be later: a peer cannot be reached, a layer is being
 * replaced.
 *
 * <p>Ours: the specification tells errors of requests ({@link MatrixException}), this one is for
 * callers.
 */
public class TransientException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Describes the failure.
   *
   * @param message what could not be done
   */
  public TransientException(String message) {
    super(message);
  }

  /**
   * Describes the failure and its cause.
   *
   * @param message what could not be done
   * @param cause why
   */
  public TransientException(String message, Throwable cause) {
    super(message, cause);
  }
}
