package org.theseus.transaction.core.intake;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.Predicate;
import org.theseus.persistence.api.Database;
import org.theseus.protocol.api.JsonReader;
import org.theseus.support.Threads;
import org.theseus.transaction.api.PduReceiver;

/** All that takes transactions in, put together. */
public final class Reception {
  private static final Duration HANDLERS_PATIENCE = Duration.ofSeconds(30);
  private static final Duration LOOK_THROUGH = Duration.ofMinutes(1);

  private final ScheduledThreadPoolExecutor scheduler =
      Threads.scheduler("theseus-transaction-intake");
  private final Tally tally = new Tally();
  private final EduHandlers handlers;
  private final Intake intake;
  private final Forgetting forgetting;

  /**
   * Puts it together.
   *
   * @param database holds what was taken in
   * @param receiver judges PDUs
   * @param json reads journaled EDUs
   * @param named tells whether an installed bundle names an EDU type
   * @param retention how long is remembered what was taken in
   */
  public Reception(
      Database database,
      PduReceiver receiver,
      JsonReader json,
      Predicate<String> named,
      Duration retention) {
    SteadyClock steady = new SteadyClock(Clock.systemUTC(), System::nanoTime);
    handlers =
        new EduHandlers(
            new EduHandlers.Office(database, json, scheduler, tally, HANDLERS_PATIENCE));
    intake =
        new Intake(
            database,
            receiver,
            new EduIntake(named, handlers, tally),
            Clock.systemUTC(),
            steady,
            tally);
    forgetting = new Forgetting(database, steady, retention, scheduler, tally);
  }

  /** Begins to forget what is old, and to look for what waits. Returns at once. */
  public void start() {
    forgetting.begin();
    handlers.lookThroughEvery(LOOK_THROUGH);
  }

  /** Lets handlers end, within two seconds. */
  public void stop() {
    handlers.close();
    scheduler.shutdownNow();
  }

  /**
   * What takes transactions in.
   *
   * @return the intake
   */
  public Intake intake() {
    return intake;
  }

  /**
   * Who handles EDUs.
   *
   * @return the handlers
   */
  public EduHandlers handlers() {
    return handlers;
  }

  /**
   * What was counted.
   *
   * @return the counts
   */
  public Tally tally() {
    return tally;
  }
}
