package org.theseus.persistence.api;

/** The database failed; the unit of work was undone. */
public final class PersistenceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Describes a failure that no exception of the database tells.
   *
   * @param message what could not be done
   */
  public PersistenceException(String message) {
    super(message);
  }

  /**
   * Describes the failure.
   *
   * @param message what could not be done
   * @param cause the database's own exception
   */
  public PersistenceException(String message, Throwable cause) {
    super(message, cause);
  }
}
