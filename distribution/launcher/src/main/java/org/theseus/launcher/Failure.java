package org.theseus.launcher;

/** Ends the program with a message for the user and an exit status. */
public final class Failure extends Exception {
  private static final long serialVersionUID = 1;

  private final int status;

  private Failure(int status, String message) {
    super(message);
    this.status = status;
  }

  /** The input cannot be used: status 2. */
  public static Failure usage(String message) {
    return new Failure(2, message);
  }

  /** The work failed or the answer is no: status 1. */
  public static Failure work(String message) {
    return new Failure(1, message);
  }

  /** Returns the exit status. */
  public int status() {
    return status;
  }
}
