package org.theseus.pdu.core.listeners;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.theseus.pdu.api.EventListener;
import org.theseus.pdu.api.TimelineEvent;
import org.theseus.persistence.api.Database;
import org.theseus.persistence.api.StoredEvent;
import org.theseus.support.Backoff;
import org.theseus.support.Gate;

/**
 * One listener, and how far it has come. Its events are told one after the other, by one thread at
 * a time; the position is stored behind what it has taken, so that it may be told again but never
 * misses anything.
 */
final class Told {
  private static final Logger LOG = LoggerFactory.getLogger(Told.class);
  private static final int BATCH = 50;
  private static final Duration DRAIN = Duration.ofSeconds(5);
  private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(500), Duration.ofMinutes(5));

  private final EventListener listener;
  private final Database database;
  private final Function<StoredEvent, TimelineEvent> shown;
  private final ScheduledExecutorService threads;
  private final Gate gate = new Gate();
  private volatile boolean stopped;
  private int failures;

  /** Guarded by {@code this}: a look is queued, or one is under way and another wanted after it. */
  private boolean running;

  private boolean again;

  Told(
      EventListener listener,
      Database database,
      Function<StoredEvent, TimelineEvent> shown,
      ScheduledExecutorService threads) {
    this.listener = listener;
    this.database = database;
    this.shown = shown;
    this.threads = threads;
  }

  /** Tells what there is to tell, soon. */
  void wake() {
    synchronized (this) {
      if (running) {
        again = true;
        return;
      }
      running = true;
    }
    run(Duration.ZERO);
  }

  /** Tells no more, once the event being told has been taken. */
  void stop() {
    stopped = true;
    gate.drain(DRAIN);
  }

  @SuppressWarnings("FutureReturnValueIgnored") // what fails is logged and tried again
  private void run(Duration wait) {
    try {
      threads.schedule(this::look, wait.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException closing) {
      LOG.debug("{} is told the rest after the next start", listener.name());
    }
  }

  private void look() {
    if (!gate.enter()) {
      return;
    }
    Duration wait = Duration.ZERO;
    boolean more;
    try {
      more = tellBatch();
      failures = 0;
    } catch (RuntimeException failed) {
      more = true;
      wait = BACKOFF.after(++failures);
      LOG.warn("{} could not be told; trying again in {}", listener.name(), wait, failed);
    } finally {
      gate.leave();
    }
    synchronized (this) {
      running = more || again;
      again = false;
    }
    if (more || isRunning()) {
      run(wait);
    }
  }

  private synchronized boolean isRunning() {
    return running;
  }

  private boolean tellBatch() {
    String setting = "pdu.listener." + listener.name();
    long position =
        database.run(unit -> unit.settings().get(setting)).map(Long::parseLong).orElse(0L);
    List<StoredEvent> events = database.run(unit -> unit.events().live(position, BATCH));
    long reached = position;
    try {
      for (StoredEvent event : events) {
        if (stopped) {
          return false;
        }
        listener.onEvent(shown.apply(event));
        reached = event.position().orElseThrow();
      }
    } finally {
      if (reached > position) {
        String value = Long.toString(reached);
        database.run(
            unit -> {
              unit.settings().put(setting, value);
              return value;
            });
      }
    }
    return events.size() == BATCH;
  }
}
