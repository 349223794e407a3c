package org.theseus.pdu.core.listeners;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.Function;
import org.theseus.pdu.api.EventListener;
import org.theseus.pdu.api.TimelineEvent;
import org.theseus.persistence.api.Database;
import org.theseus.persistence.api.StoredEvent;
import org.theseus.support.Threads;

/** The listeners there are; they come and go. Safe for many threads. */
public final class Listeners implements AutoCloseable {
  private static final int THREADS = 4;

  private final Map<EventListener, Told> told = new ConcurrentHashMap<>();
  private final ScheduledThreadPoolExecutor threads = Threads.scheduler("pdu-core-listeners");

  /** Makes a place for listeners. */
  public Listeners() {
    threads.setCorePoolSize(THREADS);
  }

  /**
   * Adds a listener, which is told first what it missed.
   *
   * @param listener the listener
   * @param database the store
   * @param shown shows events
   */
  public void add(
      EventListener listener, Database database, Function<StoredEvent, TimelineEvent> shown) {
    Told one = new Told(listener, database, shown, threads);
    told.put(listener, one);
    one.wake();
  }

  /**
   * Removes a listener, once it has taken the event being told.
   *
   * @param listener the listener
   */
  public void remove(EventListener listener) {
    Told one = told.remove(listener);
    if (one != null) {
      one.stop();
    }
  }

  /** Tells all that there are new events. */
  public void wake() {
    told.values().forEach(Told::wake);
  }

  @Override
  public void close() {
    told.keySet().forEach(this::remove);
    threads.shutdown();
  }
}
