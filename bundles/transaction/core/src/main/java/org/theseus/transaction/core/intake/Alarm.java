package org.theseus.transaction.core.intake;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Interrupts the thread that set it, unless it is put out in time. */
final class Alarm {
  private final Thread thread = Thread.currentThread();
  private final Runnable tell;
  private Future<?> due;
  private boolean out;

  private Alarm(Runnable tell) {
    this.tell = tell;
  }

  /** Sets one; {@code tell} is run when it goes off. */
  static Alarm set(ScheduledExecutorService scheduler, Duration patience, Runnable tell) {
    Alarm alarm = new Alarm(tell);
    try {
      alarm.due = scheduler.schedule(alarm::goOff, patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException stopping) {
      alarm.out = true;
    }
    return alarm;
  }

  private synchronized void goOff() {
    if (!out) {
      tell.run();
      thread.interrupt();
    }
  }

  /** Puts it out, by the thread that set it, which is left without an interrupt. */
  synchronized void putOut() {
    out = true;
    if (due != null) {
      due.cancel(false);
    }
    Thread.interrupted();
  }
}
