package org.theseus.transaction.core.pull;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.theseus.persistence.api.Database;
import org.theseus.persistence.api.UnitOfWork;
import org.theseus.protocol.api.JsonValue;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.ServerName;
import org.theseus.transaction.api.PduReceiver;
import org.theseus.transaction.core.intake.Judgement;
import org.theseus.transaction.core.intake.Judgement.Judged;

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
    List<CompletableFuture<Judged>> judged = new ArrayList<>();
    for (JsonValue pdu : pdus) {
      judged.add(
          receiver
              .receive(peer, pdu)
              .thenApply(receipt -> new Judged(pdu, receipt))
              .toCompletableFuture());
    }
    return CompletableFuture.allOf(judged.toArray(CompletableFuture[]::new))
        .thenApply(all -> new Judgement(judged.stream().map(CompletableFuture::join).toList()))
        .thenCompose(judgement -> journal(peer, judgement, also));
  }

  private CompletionStage<Integer> journal(
      ServerName peer, Judgement judgement, Consumer<UnitOfWork> also) {
    return database
        .submit(
            unit -> {
              also.accept(unit);
              Judgement.Entry entry =
                  judgement.capped(unit.journal(), peer).entry(peer, clock.millis());
              return new Added(
                  entry.rooms(),
                  (int) entry.records().stream().filter(unit.journal()::add).count());
            })
        .thenApply(
            added -> {
              if (!added.rooms().isEmpty()) {
                receiver.journaled(added.rooms());
              }
              return added.count();
            });
  }

  /** What was journaled. */
  private record Added(Set<RoomId> rooms, int count) {}
}
