package org.theseus.transaction.core.intake;

import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
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
import org.theseus.persistence.api.JournaledPdu;
import org.theseus.persistence.api.UnitOfWork;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonValue;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.ServerName;
import org.theseus.transaction.api.PduReceiver;
import org.theseus.transaction.api.Receipt;

/**
 * Takes each transaction in once: judged PDU by PDU, journaled together with its answer, and only
 * then acknowledged. A repeat gets the stored answer and nothing above hears of it.
 */
public final class Intake {
  private static final Logger LOG = LoggerFactory.getLogger(Intake.class);

  private record Key(ServerName origin, String txnId) {}

  private record Judged(JsonValue pdu, Receipt receipt) {}

  private final Database database;
  private final PduReceiver receiver;
  private final EduIntake edus;
  private final Clock clock;

  /** Transactions being taken in; a second copy waits for the first. */
  private final Map<Key, CompletableFuture<byte[]>> inProgress = new ConcurrentHashMap<>();

  /** Makes an intake over a store. */
  public Intake(Database database, PduReceiver receiver, EduIntake edus, Clock clock) {
    this.database = database;
    this.receiver = receiver;
    this.edus = edus;
    this.clock = clock;
  }

  /**
   * Takes a transaction in; completes with the body of the answer once everything in it is durable.
   */
  public CompletionStage<byte[]> take(InboundTransaction transaction) {
    Key key = new Key(transaction.origin(), transaction.txnId());
    CompletableFuture<byte[]> mine = new CompletableFuture<>();
    CompletableFuture<byte[]> first = inProgress.putIfAbsent(key, mine);
    if (first != null) {
      return first.handle((done, failed) -> null).thenCompose(ended -> take(transaction));
    }
    answer(transaction)
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

  private CompletionStage<byte[]> answer(InboundTransaction transaction) {
    return database
        .submit(unit -> unit.intake().find(transaction.origin(), transaction.txnId()))
        .thenCompose(
            before -> {
              if (before.isPresent() && !transaction.differsFrom(before.get().bodyHash())) {
                LOG.debug("Repeat of {}: answered as before", transaction);
                return CompletableFuture.completedFuture(before.get().answer());
              }
              if (before.isPresent()) {
                LOG.warn(
                    "Transaction {} came again with another body: what is new is taken in",
                    transaction);
              }
              return judge(transaction).thenCompose(judged -> journal(transaction, judged));
            });
  }

  private CompletionStage<List<Judged>> judge(InboundTransaction transaction) {
    List<CompletableFuture<Judged>> receipts = new ArrayList<>();
    for (JsonValue pdu : transaction.pdus()) {
      receipts.add(
          receiver
              .receive(transaction.origin(), pdu)
              .thenApply(receipt -> new Judged(pdu, receipt))
              .toCompletableFuture());
    }
    return CompletableFuture.allOf(receipts.toArray(CompletableFuture[]::new))
        .thenApply(all -> receipts.stream().map(CompletableFuture::join).toList());
  }

  private CompletionStage<byte[]> journal(InboundTransaction transaction, List<Judged> judged) {
    long now = clock.millis();
    byte[] answer = answerTo(judged).toBytes();
    Answered answered = new Answered(transaction.bodyHash(), answer, now);
    EduIntake.Sorted sorted = edus.sort(transaction);
    Set<RoomId> rooms = new HashSet<>();
    for (Judged each : judged) {
      journaled(each, transaction.origin(), now).ifPresent(pdu -> rooms.add(pdu.roomId()));
    }
    return database
        .submit(
            unit -> {
              for (Judged each : judged) {
                journaled(each, transaction.origin(), now).ifPresent(unit.journal()::add);
              }
              sorted.durable().forEach(unit.journal()::addEdu);
              return remember(unit, transaction, answered);
            })
        .thenApply(
            stored -> {
              if (!rooms.isEmpty()) {
                receiver.journaled(rooms);
              }
              edus.deliver(transaction.origin(), sorted);
              return stored;
            });
  }

  private static byte[] remember(
      UnitOfWork unit, InboundTransaction transaction, Answered answered) {
    unit.intake().put(transaction.origin(), transaction.txnId(), answered);
    if (!transaction.isEmpty()) {
      unit.pulls().reached(transaction.origin(), transaction.txnId());
    }
    unit.outbox().remember(transaction.origin());
    return answered.answer();
  }

  private static Optional<JournaledPdu> journaled(Judged judged, ServerName origin, long now) {
    return judged.receipt() instanceof Receipt.Journal journal
        ? Optional.of(
            JournaledPdu.received(
                journal.roomId(),
                journal.eventId(),
                origin,
                judged.pdu().toBytes(),
                journal.verified(),
                now))
        : Optional.empty();
  }

  /** Writes the answer: each event id with an empty object, or with its error. */
  private static JsonObject answerTo(List<Judged> judged) {
    JsonObject.Builder pdus = JsonObject.builder();
    for (Judged each : judged) {
      Receipt receipt = each.receipt();
      if (receipt instanceof Receipt.Journal journal) {
        pdus.put(journal.eventId().value(), JsonObject.EMPTY);
      } else if (receipt instanceof Receipt.Known known) {
        pdus.put(known.eventId().value(), JsonObject.EMPTY);
      } else if (receipt instanceof Receipt.Refused refused) {
        pdus.put(
            refused.eventId().value(), JsonObject.builder().put("error", refused.error()).build());
      } else if (receipt instanceof Receipt.Dropped dropped) {
        LOG.debug("Dropped a PDU: {}", dropped.reason());
      }
    }
    return JsonObject.builder().put("pdus", pdus.build()).build();
  }
}
