package org.theseus.transaction.core.outbox;

import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.theseus.persistence.api.Database;
import org.theseus.persistence.api.Destination;
import org.theseus.persistence.api.Destination.Portion;
import org.theseus.persistence.api.LoggedEvent;
import org.theseus.persistence.api.OpenTransaction;
import org.theseus.persistence.api.OutboxStore;
import org.theseus.persistence.api.OutboxStore.Outcome;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.ServerName;
import org.theseus.support.Backoff;
import org.theseus.transaction.core.intake.InboundTransaction;
import org.theseus.transaction.core.outbox.Backlog.Found;
import org.theseus.transaction.core.outbox.FadingEdus.Fading;

/**
 * What is to be sent to a destination next, and how it went, all in the store. Waits for nothing:
 * the units of many couriers share a commit. Answers are told on the workers.
 */
final class Ledger {
  private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);

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

  /** When to try again, and after how many failures. */
  record Retry(long ts, int failures) {}

  private final Database database;
  private final TransactionBody bodies;
  private final TxnIds ids = new TxnIds();
  private final Backoff backoff;
  private final Clock clock;
  private final Executor workers;

  Ledger(
      Database database, TransactionBody bodies, Backoff backoff, Clock clock, Executor workers) {
    this.database = database;
    this.bodies = bodies;
    this.backoff = backoff;
    this.clock = clock;
    this.workers = workers;
  }

  /**
   * Finds the open transaction, or opens the next one.
   *
   * @param heedsBackoff whether the stored back-off stands against it
   * @param fading EDUs that go with a new one where there is room
   */
  CompletionStage<Next> next(ServerName server, boolean heedsBackoff, FadingEdus fading) {
    long now = heedsBackoff ? clock.millis() : Long.MAX_VALUE;
    return database
        .submit(unit -> Backlog.look(unit.outbox(), server, now))
        .thenComposeAsync(
            found -> {
              if (found instanceof Found.Open open) {
                return again(open, fading);
              }
              if (found instanceof Found.Later later) {
                return CompletableFuture.completedFuture(new Next.Later(later.ts()));
              }
              return freeze(server, (Found.Fresh) found, fading);
            },
            workers);
  }

  private CompletionStage<Next> again(Found.Open open, FadingEdus fading) {
    OpenTransaction transaction = open.transaction();
    Optional<JsonObject> body = bodies.again(transaction, open.pdus());
    if (body.isPresent()) {
      return CompletableFuture.completedFuture(new Next.Send(transaction, body.get()));
    }
    LOG.error(
        "Transaction {} to {} cannot be built again as it was: its events or EDUs have changed in"
            + " the store. Nothing else is ever sent under that id; what is owed goes in another",
        transaction.txnId(),
        transaction.destination());
    return database
        .submit(
            unit -> {
              unit.outbox().close(transaction, Outcome.SPOILT, clock.millis());
              return transaction;
            })
        .thenComposeAsync(closed -> next(closed.destination(), false, fading), workers);
  }

  /** Stores a new transaction before its first attempt. */
  private CompletionStage<Next> freeze(ServerName server, Found.Fresh fresh, FadingEdus fading) {
    long now = clock.millis();
    int room = fresh.isWhole() ? InboundTransaction.MAX_EDUS - fresh.edus().size() : 0;
    List<Fading> added = fading.fresh(now, room);
    JsonArray edus = bodies.edus(fresh.edus(), added);
    if (fresh.pdus().isEmpty() && edus.elements().isEmpty()) {
      return CompletableFuture.completedFuture(new Next.Nothing());
    }
    JsonObject body = bodies.of(now, fresh.pdus(), edus);
    OpenTransaction transaction =
        new OpenTransaction(
            server,
            ids.next(),
            now,
            fresh.upTo(),
            fresh.pdus().stream().map(LoggedEvent::eventId).toList(),
            edus.toBytes(),
            fresh.upToEdu(),
            TransactionBody.hash(body));
    return database
        .submit(
            unit -> {
              unit.outbox().open(transaction);
              return transaction;
            })
        .thenApplyAsync(
            opened -> {
              fading.taken(added);
              return new Next.Send(opened, body);
            },
            workers);
  }

  /** Makes a greeting; it is not stored. */
  Greeting greeting() {
    return new Greeting(ids.next(), bodies.of(clock.millis(), List.of(), JsonArray.EMPTY));
  }

  /** Makes a server known that we owe nothing to. */
  CompletionStage<ServerName> remember(ServerName server) {
    return database.submit(
        unit -> {
          unit.outbox().remember(server);
          return server;
        });
  }

  /** Notes that a greeting was answered. */
  CompletionStage<ServerName> greeted(ServerName server) {
    long now = clock.millis();
    return database.submit(
        unit -> {
          unit.outbox()
              .destination(server)
              .map(was -> Standing.answered(was, now))
              .ifPresent(unit.outbox()::update);
          return server;
        });
  }

  /** Notes that a transaction was answered with success. */
  CompletionStage<OpenTransaction> delivered(OpenTransaction transaction) {
    long now = clock.millis();
    return database.submit(
        unit -> {
          OutboxStore store = unit.outbox();
          store.close(transaction, Outcome.DELIVERED, now);
          store.destination(transaction.destination()).ifPresent(was -> answered(store, was, now));
          return transaction;
        });
  }

  private static void answered(OutboxStore store, Destination was, long now) {
    if (Standing.wasAway(was, now) && was.portion().equals(Portion.NONE)) {
      store.catchUp(was.server(), Backlog.HEADS);
    }
    store.update(Standing.answered(was, now));
  }

  /**
   * Notes that an attempt failed. A transaction refused for an hour for what it holds is closed,
   * and its content goes in halves from now on; what cannot be halved is left to the peer.
   *
   * @param items how many PDUs and EDUs it holds
   */
  CompletionStage<Retry> failed(OpenTransaction transaction, int items, Answer.Failed failure) {
    long now = clock.millis();
    return database.submit(
        unit -> {
          OutboxStore store = unit.outbox();
          Destination was = store.destination(transaction.destination()).orElseThrow();
          int failures = was.failures() + 1;
          boolean refused = failure.forItsContent();
          boolean ends = refused && Standing.hasRefused(was, now);
          long next = ends ? now : now + backoff.scattered(failures).toMillis();
          Destination failed = Standing.failed(was, now, next, failure.problem(), refused);
          if (ends) {
            store.close(transaction, items > 1 ? Outcome.REFUSED : Outcome.GIVEN_UP, now);
            store.update(Standing.withPortion(failed, portion(was, transaction, items)));
          } else {
            store.update(failed);
          }
          return new Retry(next, failures);
        });
  }

  private static Portion portion(Destination was, OpenTransaction refused, int items) {
    long upTo = was.catchingUpTo() > 0 ? was.catchingUpTo() : refused.upTo();
    return new Portion(
        Math.max(1, (items + 1) / 2),
        Math.max(upTo, was.portion().upTo()),
        Math.max(refused.upToEdu(), was.portion().upToEdu()));
  }

  /** Tells how long to wait before another greeting. */
  long greetAgain(int failures) {
    return clock.millis() + backoff.scattered(failures).toMillis();
  }
}
