package org.theseus.protocol.api;

/**
 * A part of this server is being replaced: nothing was done, and within seconds the same can be
 * asked again.
 *
 * <p>Ours: the specification knows no parts that are replaced.
 */
public final class BeingReplacedException extends TransientException {
  private static final long serialVersionUID = 1L;

  /**
   * Describes the failure.
   *
   * @param message what is away
   */
  public BeingReplacedException(String message) {
    super(message);
  }
}
