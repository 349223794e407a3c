package org.theseus.protocol.api;

/**
 * A text that was to be an identifier does not follow its grammar.
 *
 * @see <a href="https://spec.matrix.org/v1.19/appendices/#identifier-grammar">Identifier
 *     grammar</a>
 */
public final class InvalidIdentifierException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;
  private static final int SHOWN = 80;

  /**
   * Describes the malformed text.
   *
   * @param kind what it was to be, such as "user id"
   * @param value the text; only its beginning is kept
   */
  public InvalidIdentifierException(String kind, String value) {
    super("not a " + kind + ": " + value.substring(0, Math.min(SHOWN, value.length())));
  }
}
