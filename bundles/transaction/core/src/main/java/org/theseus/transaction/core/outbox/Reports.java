package org.theseus.transaction.core.outbox;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.theseus.persistence.api.Database;
import org.theseus.persistence.api.Destination;
import org.theseus.persistence.api.OpenTransaction;
import org.theseus.persistence.api.OutboxStore;
import org.theseus.persistence.api.OutboxStore.ClosedTransaction;
import org.theseus.protocol.api.ServerName;
import org.theseus.transaction.api.Outbox.DestinationStatus;
import org.theseus.transaction.api.Outbox.Fate;
import org.theseus.transaction.api.Outbox.State;
import org.theseus.transaction.api.Outbox.TransactionStatus;

/** Tells people how sending goes. Blocks for its queries. */
final class Reports {
  /** So many are counted in one unit of work: others have their turn between. */
  private static final int PORTION = 20;

  private final Database database;

  Reports(Database database) {
    this.database = database;
  }

  /**
   * Lists all servers.
   *
   * @param couriers finds who sends to a server
   */
  List<DestinationStatus> destinations(Function<ServerName, Optional<Courier>> couriers) {
    List<Destination> all = database.run(unit -> unit.outbox().destinations());
    List<DestinationStatus> told = new ArrayList<>(all.size());
    for (int from = 0; from < all.size(); from += PORTION) {
      List<Destination> portion = all.subList(from, Math.min(all.size(), from + PORTION));
      List<Long> owed =
          database.run(unit -> portion.stream().map(one -> owed(unit.outbox(), one)).toList());
      for (int i = 0; i < portion.size(); i++) {
        Destination destination = portion.get(i);
        told.add(status(destination, owed.get(i), couriers.apply(destination.server())));
      }
    }
    return told;
  }

  /** Tells of one server, if it is known. */
  Optional<DestinationStatus> destination(ServerName server, Optional<Courier> courier) {
    return database.run(
        unit ->
            unit.outbox()
                .destination(server)
                .map(found -> status(found, owed(unit.outbox(), found), courier)));
  }

  private static long owed(OutboxStore store, Destination destination) {
    return destination.lastMeant() > destination.cursor() ? store.owed(destination.server()) : 0;
  }

  private static DestinationStatus status(
      Destination destination, long owed, Optional<Courier> courier) {
    Optional<String> held = courier.flatMap(Courier::heldBack);
    return new DestinationStatus(
        destination.server(),
        state(destination, held.isPresent(), courier.isPresent() && courier.get().isSending()),
        owed,
        destination.leftToPeer(),
        destination.failures(),
        destination.nextAttemptTs(),
        destination.lastSuccessTs(),
        held.orElse(destination.problem()));
  }

  private static State state(Destination destination, boolean held, boolean sending) {
    if (held) {
      return State.HELD_BACK;
    }
    if (destination.nextAttemptTs() > 0 && !sending) {
      return State.WAITING;
    }
    if (destination.catchingUpTo() > 0) {
      return State.CATCHING_UP;
    }
    return sending ? State.SENDING : State.IDLE;
  }

  /** Lists the transactions for a server, the newest first. */
  List<TransactionStatus> transactions(ServerName server, int limit) {
    return database.run(
        unit ->
            Stream.concat(
                    unit.outbox().open(server).map(Reports::status).stream(),
                    unit.outbox().closed(server, limit).stream().map(Reports::status))
                .limit(limit)
                .toList());
  }

  private static TransactionStatus status(OpenTransaction open) {
    return new TransactionStatus(
        open.txnId(), Fate.UNDER_WAY, open.originServerTs(), open.pdus().size());
  }

  private static TransactionStatus status(ClosedTransaction closed) {
    Fate fate =
        switch (closed.outcome()) {
          case DELIVERED -> Fate.DELIVERED;
          case REFUSED -> Fate.REFUSED;
          case GIVEN_UP -> Fate.GIVEN_UP;
          case SPOILT -> Fate.SPOILT;
        };
    return new TransactionStatus(closed.txnId(), fate, closed.closedTs(), closed.pdus());
  }
}
