package org.theseus.transaction.core.outbox;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.theseus.persistence.api.Database;
import org.theseus.persistence.api.Destination;
import org.theseus.persistence.api.LoggedEvent;
import org.theseus.persistence.api.OpenTransaction;
import org.theseus.persistence.api.OutboxStore.Outcome;
import org.theseus.persistence.api.OutboxStore.QueuedEdu;
import org.theseus.persistence.api.SettingStore;
import org.theseus.persistence.api.UnitOfWork;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.ServerName;
import org.theseus.support.Backoff;
import org.theseus.transaction.core.intake.InboundTransaction;

/**
 * What is to be sent to a destination next, and how it went, all in the store. Blocks for its
 * queries.
 */
final class Ledger {
  private static final String EPOCH = "transaction.core.epoch";
  private static final String COUNTER = "transaction.core.counter";
  private static final int EPOCH_BYTES = 6;
  private static final SecureRandom RANDOM = new SecureRandom();

  /** What to do about a destination now. */
  sealed interface Next {
    /** Nothing is owed. */
    record Nothing() implements Next {}

    /** Not before some time, in milliseconds since the epoch. */
    record Later(long ts) implements Next {}

    /** Send this, maybe again. */
    record Send(OpenTransaction transaction, JsonObject body) implements Next {}
  }

  /** A transaction without content, which shows a server that we are there. */
  record Greeting(String txnId, JsonObject body) {}

  private final Database database;
  private final TransactionBody bodies;
  private final Backoff backoff;
  private final Clock clock;

  Ledger(Database database, TransactionBody bodies, Backoff backoff, Clock clock) {
    this.database = database;
    this.bodies = bodies;
    this.backoff = backoff;
    this.clock = clock;
  }

  /** Tells how long to wait after failures. */
  Backoff backoff() {
    return backoff;
  }

  /** Finds the open transaction, or opens the next one, unless back-off stands against it. */
  Next next(ServerName server) {
    long now = clock.millis();
    return database.run(
        unit -> {
          Optional<Destination> destination = unit.outbox().destination(server);
          if (destination.isEmpty()) {
            return new Next.Nothing();
          }
          if (destination.get().nextAttemptTs() > now) {
            return new Next.Later(destination.get().nextAttemptTs());
          }
          Optional<OpenTransaction> open = unit.outbox().open(server);
          return open.isPresent() ? again(unit, open.get()) : begin(unit, destination.get(), now);
        });
  }

  private Next again(UnitOfWork unit, OpenTransaction open) {
    return new Next.Send(open, bodies.again(open, unit.outbox().logged(open.pdus())));
  }

  private Next begin(UnitOfWork unit, Destination destination, long now) {
    ServerName server = destination.server();
    List<LoggedEvent> pdus =
        unit.outbox().after(server, destination.cursor(), InboundTransaction.MAX_PDUS);
    List<QueuedEdu> queued = unit.outbox().edus(server, InboundTransaction.MAX_EDUS);
    if (pdus.isEmpty() && queued.isEmpty()) {
      return new Next.Nothing();
    }
    JsonArray edus = bodies.edus(queued);
    JsonObject body = bodies.of(now, pdus, edus);
    OpenTransaction transaction =
        new OpenTransaction(
            server,
            txnId(unit.settings()),
            now,
            last(pdus.stream().mapToLong(LoggedEvent::position)).orElse(destination.cursor()),
            pdus.stream().map(LoggedEvent::eventId).toList(),
            edus.toBytes(),
            last(queued.stream().mapToLong(QueuedEdu::id)).orElse(0),
            TransactionBody.hash(body));
    unit.outbox().open(transaction);
    return new Next.Send(transaction, body);
  }

  /**
   * Makes the id of a transaction: the home's random epoch and a counter, so that none is ever used
   * twice.
   */
  static String txnId(SettingStore settings) {
    String epoch =
        settings
            .get(EPOCH)
            .orElseGet(
                () -> {
                  byte[] random = new byte[EPOCH_BYTES];
                  RANDOM.nextBytes(random);
                  String made = HexFormat.of().formatHex(random);
                  settings.put(EPOCH, made);
                  return made;
                });
    long count = settings.get(COUNTER).map(Long::parseLong).orElse(0L) + 1;
    settings.put(COUNTER, Long.toString(count));
    return epoch + '-' + count;
  }

  /** Makes a greeting; it is not stored. */
  Greeting greeting() {
    String txnId = database.run(unit -> txnId(unit.settings()));
    return new Greeting(txnId, bodies.of(clock.millis(), List.of(), JsonArray.EMPTY));
  }

  /** Makes a server known that we owe nothing to. */
  void remember(ServerName server) {
    database.run(
        unit -> {
          unit.outbox().remember(server);
          return server;
        });
  }

  /** Notes that a transaction was answered with success. */
  void delivered(OpenTransaction transaction) {
    long now = clock.millis();
    database.run(
        unit -> {
          unit.outbox().close(transaction, Outcome.DELIVERED, now);
          unit.outbox()
              .destination(transaction.destination())
              .map(
                  was ->
                      new Destination(
                          was.server(),
                          was.cursor(),
                          was.lastMeant(),
                          0,
                          0,
                          0,
                          now,
                          "",
                          0,
                          was.portion(),
                          was.catchingUpTo(),
                          was.leftToPeer()))
              .ifPresent(unit.outbox()::update);
          return transaction;
        });
  }

  /**
   * Notes that an attempt failed.
   *
   * @return when to try again, in milliseconds since the epoch
   */
  long failed(ServerName server, String problem) {
    long now = clock.millis();
    return database.run(
        unit -> {
          Destination was = unit.outbox().destination(server).orElseThrow();
          int failures = was.failures() + 1;
          long next = now + backoff.after(failures).toMillis();
          unit.outbox()
              .update(
                  new Destination(
                      server,
                      was.cursor(),
                      was.lastMeant(),
                      failures,
                      was.failures() == 0 ? now : was.failingSinceTs(),
                      next,
                      was.lastSuccessTs(),
                      problem,
                      was.refusedSinceTs(),
                      was.portion(),
                      was.catchingUpTo(),
                      was.leftToPeer()));
          return next;
        });
  }

  /**
   * Ends a destination's back-off.
   *
   * @return whether there was one
   */
  boolean endBackoff(ServerName server) {
    return database.run(
        unit -> {
          Optional<Destination> was =
              unit.outbox().destination(server).filter(d -> d.nextAttemptTs() > 0);
          was.map(
                  d ->
                      new Destination(
                          d.server(),
                          d.cursor(),
                          d.lastMeant(),
                          d.failures(),
                          d.failingSinceTs(),
                          0,
                          d.lastSuccessTs(),
                          d.problem(),
                          d.refusedSinceTs(),
                          d.portion(),
                          d.catchingUpTo(),
                          d.leftToPeer()))
              .ifPresent(unit.outbox()::update);
          return was.isPresent();
        });
  }

  private static OptionalLong last(LongStream values) {
    return values.reduce((first, second) -> second);
  }
}
