package org.theseus.transaction.core.intake;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.theseus.persistence.api.Database;
import org.theseus.persistence.api.IntakeStore.Answered;
import org.theseus.persistence.api.UnitOfWork;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.ServerName;
import org.theseus.transaction.api.PduReceiver;

/**
 * Takes each transaction in once: judged PDU by PDU, journaled together with its answer, and only
 * then acknowledged. A repeat gets the stored answer and nothing above hears of it. The answer to
 * an empty one is always the same and not stored.
 */
public final class Intake {
  private static final Logger LOG = LoggerFactory.getLogger(Intake.class);

  private record Key(ServerName origin, String txnId) {}

  /** What a unit of work came to: the answer, and what it journaled unless it was given before. */
  private record Taken(byte[] answer, Optional<New> what) {
    record New(Judgement.Entry pdus, int edus) {}
  }

  private final Database database;
  private final PduReceiver receiver;
  private final EduIntake edus;
  private final Clock clock;
  private final SteadyClock steady;
  private final Tally tally;

  /** Transactions being taken in; a second copy waits for the first. */
  private final Map<Key, CompletableFuture<byte[]>> inProgress = new ConcurrentHashMap<>();

  /**
   * Makes the intake.
   *
   * @param database holds what was taken in
   * @param receiver judges PDUs
   * @param edus takes EDUs in
   * @param clock the system's
   * @param steady dates answers
   * @param tally counts
   */
  Intake(
      Database database,
      PduReceiver receiver,
      EduIntake edus,
      Clock clock,
      SteadyClock steady,
      Tally tally) {
    this.database = database;
    this.receiver = receiver;
    this.edus = edus;
    this.clock = clock;
    this.steady = steady;
    this.tally = tally;
  }

  /**
   * Takes a transaction in.
   *
   * @param transaction the transaction
   * @return completes with the body of the answer once everything in it is durable
   */
  public CompletionStage<byte[]> take(InboundTransaction transaction) {
    Key key = new Key(transaction.origin(), transaction.txnId());
    CompletableFuture<byte[]> mine = new CompletableFuture<>();
    CompletableFuture<byte[]> first = inProgress.putIfAbsent(key, mine);
    if (first != null) {
      return first.handle((done, failed) -> null).thenCompose(ended -> take(transaction));
    }
    CompletableFuture.completedStage(transaction)
        .thenCompose(this::answer)
        .whenComplete(
            (answer, failed) -> {
              inProgress.remove(key, mine);
              if (failed == null) {
                mine.complete(answer);
              } else {
                mine.completeExceptionally(failed);
              }
            });
    return mine;
  }

  /** Tells how many are being taken in. */
  int inProgress() {
    return inProgress.size();
  }

  private CompletionStage<byte[]> answer(InboundTransaction transaction) {
    return database
        .submit(unit -> unit.intake().find(transaction.origin(), transaction.txnId()))
        .thenCompose(
            before -> {
              if (before.filter(transaction::isAnsweredBy).isPresent()) {
                return CompletableFuture.completedFuture(repeat(transaction, before.get()));
              }
              if (before.isPresent()) {
                LOG.warn(
                    "Transaction {} came again with another body: what is new is taken in",
                    transaction);
                tally.add(Tally.Of.OTHER_BODIES, 1);
              }
              return judge(transaction).thenCompose(judged -> journal(transaction, judged));
            });
  }

  private byte[] repeat(InboundTransaction transaction, Answered before) {
    LOG.debug("Repeat of {}: answered as before", transaction);
    tally.add(Tally.Of.REPEATS, 1);
    return before.answer();
  }

  private CompletionStage<Judgement> judge(InboundTransaction transaction) {
    List<CompletableFuture<Judgement.Judged>> receipts = new ArrayList<>();
    for (var pdu : transaction.pdus()) {
      receipts.add(
          receiver
              .receive(transaction.origin(), pdu)
              .thenApply(receipt -> new Judgement.Judged(pdu, receipt))
              .toCompletableFuture());
    }
    return CompletableFuture.allOf(receipts.toArray(CompletableFuture[]::new))
        .thenApply(all -> new Judgement(receipts.stream().map(CompletableFuture::join).toList()));
  }

  private CompletionStage<byte[]> journal(InboundTransaction transaction, Judgement judged) {
    long now = clock.millis();
    // Made here, so that the store's thread need not.
    Judgement.Entry entry = judged.entry(transaction.origin(), now);
    EduIntake.Sorted sorted = edus.sort(transaction);
    return database
        .submit(unit -> journal(unit, transaction, entry, sorted, now))
        .thenApply(
            taken -> {
              taken.what().ifPresent(what -> tell(transaction, what, sorted));
              return taken.answer();
            });
  }

  private Taken journal(
      UnitOfWork unit,
      InboundTransaction transaction,
      Judgement.Entry entry,
      EduIntake.Sorted sorted,
      long now) {
    ServerName origin = transaction.origin();
    // Whoever was replaced meanwhile may have ended this transaction just now.
    Optional<Answered> before =
        unit.intake().find(origin, transaction.txnId()).filter(transaction::isAnsweredBy);
    if (before.isPresent()) {
      return new Taken(before.get().answer(), Optional.empty());
    }
    Judgement capped = entry.judgement().capped(unit.journal(), origin);
    Judgement.Entry pdus = capped.equals(entry.judgement()) ? entry : capped.entry(origin, now);
    pdus.records().forEach(unit.journal()::add);
    long steadyNow = steady.now(unit.settings());
    int newEdus = EduIntake.journal(unit, sorted, steadyNow);
    if (!transaction.isEmpty()) {
      unit.intake()
          .put(
              origin,
              transaction.txnId(),
              new Answered(transaction.bodyHash(), pdus.answer(), steadyNow));
      unit.pulls().reached(origin, transaction.txnId());
    }
    unit.outbox().remember(origin);
    return new Taken(pdus.answer(), Optional.of(new Taken.New(pdus, newEdus)));
  }

  /** Tells others of what is durable now; whatever they do, the answer stands. */
  private void tell(InboundTransaction transaction, Taken.New what, EduIntake.Sorted sorted) {
    tally.add(Tally.Of.TRANSACTIONS, 1);
    what.pdus().judgement().count(tally);
    try {
      Set<RoomId> rooms = what.pdus().rooms();
      if (!rooms.isEmpty()) {
        receiver.journaled(rooms);
      }
      edus.deliver(transaction, sorted, what.edus());
    } catch (RuntimeException failed) {
      LOG.warn("What {} brought is journaled, and waits there", transaction, failed);
    }
  }
}
