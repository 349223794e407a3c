package org.theseus.itests.peer.synapse;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.DoubleSupplier;

/**
 * Who is backed off from, and until when. Synapse has it in its database, so it outlives a restart
 * of the sender: a model that is to be started again takes the same object. Guarded by itself.
 */
public final class BackOffs {
  /** Says that a request was not made, since an earlier one failed not long ago. */
  public static final class NotRetrying extends IOException {
    private static final long serialVersionUID = 1L;

    private final transient Duration interval;

    private NotRetrying(String destination, Duration interval) {
      super(destination + " is backed off from for " + interval);
      this.interval = interval;
    }

    /** How long the whole back-off is. */
    public Duration interval() {
      return interval;
    }
  }

  /** A row of the table: since when, when last, and how long from then on. */
  private record Row(long failingSince, long last, long interval) {}

  private final Pace pace;
  private final Settings settings;
  private final DoubleSupplier jitter;
  private final Map<String, Row> rows = new HashMap<>();

  /**
   * Begins without back-offs.
   *
   * @param jitter what a longer back-off is multiplied by beside the multiplier
   */
  public BackOffs(Pace pace, Settings settings, DoubleSupplier jitter) {
    this.pace = pace;
    this.settings = settings;
    this.jitter = jitter;
  }

  /** Takes a request's side from its start to its end. */
  final class Limiter {
    private final String destination;
    private final boolean ignoring;
    private final Row found;

    private Limiter(String destination, boolean ignoring, Row found) {
      this.destination = destination;
      this.ignoring = ignoring;
      this.found = found;
    }

    /** The request was answered with success; tells whether that ended a back-off. */
    boolean succeeded() {
      return found != null && end(destination);
    }

    /**
     * The request failed. The next interval follows from the one there was when the request began:
     * requests that fail side by side make it longer once.
     */
    void failed() {
      if (ignoring) {
        return;
      }
      long longest = settings.destinationMaxRetryInterval().toMillis();
      long interval =
          found == null
              ? settings.destinationMinRetryInterval().toMillis()
              : (long)
                  Math.min(
                      (double) longest,
                      found.interval
                          * settings.destinationRetryMultiplier()
                          * jitter.getAsDouble());
      long now = pace.millis();
      synchronized (BackOffs.this) {
        rows.put(destination, new Row(found == null ? now : found.failingSince, now, interval));
      }
    }
  }

  /** Lets a request be made, or not yet. */
  Limiter enter(String destination, boolean ignoring) throws NotRetrying {
    Row row;
    synchronized (this) {
      row = rows.get(destination);
    }
    if (row != null && !ignoring && row.last + row.interval > pace.millis()) {
      throw new NotRetrying(destination, Duration.ofMillis(row.interval));
    }
    return new Limiter(destination, ignoring, row);
  }

  /** The destination has made an authenticated request; tells whether that ended a back-off. */
  boolean heardFrom(String destination) {
    return end(destination);
  }

  /** Tells how long the back-off from a destination is; zero if there is none. */
  public synchronized Duration interval(String destination) {
    Row row = rows.get(destination);
    return row == null ? Duration.ZERO : Duration.ofMillis(row.interval);
  }

  /** Tells whether a request may be made within a time from now. */
  synchronized boolean isDueWithin(String destination, Duration time) {
    Row row = rows.get(destination);
    return row == null || row.last + row.interval <= pace.millis() + time.toMillis();
  }

  private synchronized boolean end(String destination) {
    return rows.remove(destination) != null;
  }
}
