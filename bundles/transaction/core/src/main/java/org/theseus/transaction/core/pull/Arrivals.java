package org.theseus.transaction.core.pull;

import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.theseus.persistence.api.Database;
import org.theseus.persistence.api.JournaledPdu;
import org.theseus.persistence.api.UnitOfWork;
import org.theseus.protocol.api.JsonValue;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.ServerName;
import org.theseus.transaction.api.PduReceiver;
import org.theseus.transaction.api.Receipt;

/** Takes pulled PDUs in: each judged as one of a transaction is, the good ones journaled. */
final class Arrivals {
  private final Database database;
  private final PduReceiver receiver;
  private final Clock clock;

  Arrivals(Database database, PduReceiver receiver, Clock clock) {
    this.database = database;
    this.receiver = receiver;
    this.clock = clock;
  }

  /**
   * Takes PDUs in.
   *
   * @param also what is to be noted in the same unit of work
   * @return completes with how many were new, once they are durable
   */
  CompletionStage<Integer> take(ServerName peer, List<JsonValue> pdus, Consumer<UnitOfWork> also) {
    List<CompletableFuture<Optional<JournaledPdu>>> judged = new ArrayList<>();
    for (JsonValue pdu : pdus) {
      judged.add(
          receiver
              .receive(peer, pdu)
              .thenApply(receipt -> journaled(peer, pdu, receipt))
              .toCompletableFuture());
    }
    return CompletableFuture.allOf(judged.toArray(CompletableFuture[]::new))
        .thenApply(all -> judged.stream().flatMap(each -> each.join().stream()).toList())
        .thenCompose(good -> journal(good, also));
  }

  private CompletionStage<Integer> journal(List<JournaledPdu> good, Consumer<UnitOfWork> also) {
    return database
        .submit(
            unit -> {
              also.accept(unit);
              return (int) good.stream().filter(unit.journal()::add).count();
            })
        .thenApply(
            added -> {
              Set<RoomId> rooms = new HashSet<>();
              good.forEach(pdu -> rooms.add(pdu.roomId()));
              if (!rooms.isEmpty()) {
                receiver.journaled(rooms);
              }
              return added;
            });
  }

  private Optional<JournaledPdu> journaled(ServerName peer, JsonValue pdu, Receipt receipt) {
    return receipt instanceof Receipt.Journal journal
        ? Optional.of(
            JournaledPdu.received(
                journal.roomId(),
                journal.eventId(),
                peer,
                pdu.toBytes(),
                journal.verified(),
                clock.millis()))
        : Optional.empty();
  }
}
