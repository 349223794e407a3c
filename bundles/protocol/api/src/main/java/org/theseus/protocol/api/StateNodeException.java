package org.theseus.protocol.api;

/**
 * A node of a stored state map is missing, or is not what was written: the store is damaged, or the
 * map was opened with another key. Asking again does not help.
 *
 * <p>Ours: the specification does not say how a state is kept.
 */
public final class StateNodeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Describes the failure.
   *
   * @param root the name of the node
   * @param reason what is wrong with it
   */
  public StateNodeException(StateRoot root, String reason) {
    super("state node " + root + " " + reason);
  }
}
