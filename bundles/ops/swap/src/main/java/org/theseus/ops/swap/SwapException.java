package org.theseus.ops.swap;

/** A bundle could not be replaced; what ran before runs again. */
final class SwapException extends Exception {
  private static final long serialVersionUID = 1L;

  SwapException(String message) {
    super(message);
  }

  SwapException(String message, Throwable cause) {
    super(message, cause);
  }
}
