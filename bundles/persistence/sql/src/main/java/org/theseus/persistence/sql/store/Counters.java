package org.theseus.persistence.sql.store;

/** The names of the orders without gaps. */
final class Counters {
  static final String LIVE = "live";
  static final String HISTORY = "history";
  static final String LOG = "log";

  private Counters() {}
}
