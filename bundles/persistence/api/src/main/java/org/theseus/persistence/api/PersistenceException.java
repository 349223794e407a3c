package org.theseus.persistence.api;

/** The database failed; the unit of work was undone. */
public final class PersistenceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

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
