package org.theseus.transaction.core.intake;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.theseus.persistence.api.Database;
import org.theseus.persistence.api.JournaledEdu;
import org.theseus.protocol.api.Edu;
import org.theseus.protocol.api.JsonReader;
import org.theseus.protocol.api.ServerName;
import org.theseus.transaction.api.EduHandler;

/**
 * Sorts EDUs into those that may be lost and those that must not, and hands both to their handlers.
 * The durable ones wait in the journal for a handler that is away; a handler that throws loses that
 * EDU only.
 */
public final class EduIntake {
  private static final Logger LOG = LoggerFactory.getLogger(EduIntake.class);
  private static final int PAGE = 100;

  /** The types that must not be lost once acknowledged. */
  static final Set<String> DURABLE =
      Set.of("m.direct_to_device", "m.device_list_update", "m.signing_key_update");

  /** What a transaction's EDUs came to. */
  record Sorted(List<JournaledEdu> durable, List<Edu> passing) {}

  private final Database database;
  private final JsonReader json;
  private final Predicate<String> named;
  private final Function<String, Optional<EduHandler>> handlers;
  private final Executor executor;
  private final AtomicLong dropped = new AtomicLong();
  private final AtomicBoolean pumping = new AtomicBoolean();
  private final AtomicBoolean again = new AtomicBoolean();

  /**
   * Makes the intake.
   *
   * @param named tells whether an installed bundle names an EDU type
   * @param handlers finds the handler of a type that is there now
   * @param executor runs handlers; refuses when it is full
   */
  /** Makes an intake whose handlers run on threads of the caller's. */
  public EduIntake(
      Database database,
      JsonReader json,
      Predicate<String> named,
      Function<String, Optional<EduHandler>> handlers,
      Executor executor) {
    this.database = database;
    this.json = json;
    this.named = named;
    this.handlers = handlers;
    this.executor = executor;
  }

  Sorted sort(InboundTransaction transaction) {
    List<JournaledEdu> durable = new ArrayList<>();
    List<Edu> passing = new ArrayList<>();
    transaction
        .readableEdus()
        .forEach(
            edu -> {
              if (!named.test(edu.type())) {
                LOG.debug("Dropped an EDU nobody handles; {} so far", dropped.incrementAndGet());
              } else if (DURABLE.contains(edu.type())) {
                durable.add(
                    new JournaledEdu(0, transaction.origin(), edu.type(), edu.content().toBytes()));
              } else {
                passing.add(edu);
              }
            });
    return new Sorted(durable, passing);
  }

  void deliver(ServerName origin, Sorted sorted) {
    if (!sorted.passing().isEmpty()) {
      execute(
          () ->
              sorted
                  .passing()
                  .forEach(
                      edu ->
                          handlers
                              .apply(edu.type())
                              .ifPresent(handler -> handle(handler, origin, edu))));
    }
    if (!sorted.durable().isEmpty()) {
      pump();
    }
  }

  /** Handles what waits in the journal, as far as handlers are there. Returns at once. */
  public void pump() {
    again.set(true);
    if (pumping.compareAndSet(false, true) && !execute(this::drainJournal)) {
      pumping.set(false);
    }
  }

  private void drainJournal() {
    try {
      while (again.getAndSet(false)) {
        long after = 0;
        for (List<JournaledEdu> page = page(after); !page.isEmpty(); page = page(after)) {
          page.forEach(this::handleJournaled);
          after = page.get(page.size() - 1).id();
        }
      }
    } catch (RuntimeException storeAway) {
      LOG.warn("Journaled EDUs wait: {}", storeAway.toString());
    } finally {
      pumping.set(false);
    }
    if (again.get()) {
      pump();
    }
  }

  private List<JournaledEdu> page(long after) {
    return database.run(unit -> unit.journal().edus(after, PAGE));
  }

  private void handleJournaled(JournaledEdu edu) {
    handlers
        .apply(edu.type())
        .ifPresent(
            handler -> {
              handle(handler, edu.origin(), new Edu(edu.type(), json.readObject(edu.content())));
              database.run(
                  unit -> {
                    unit.journal().removeEdu(edu.id());
                    return edu;
                  });
            });
  }

  private static void handle(EduHandler handler, ServerName origin, Edu edu) {
    try {
      handler.handle(origin, edu);
    } catch (RuntimeException failed) {
      LOG.warn("The handler of {} failed for one from {}", edu.type(), origin, failed);
    }
  }

  private boolean execute(Runnable task) {
    try {
      executor.execute(task);
      return true;
    } catch (RejectedExecutionException full) {
      LOG.debug("EDUs dropped or put off: handlers are busy or stopping");
      return false;
    }
  }
}
