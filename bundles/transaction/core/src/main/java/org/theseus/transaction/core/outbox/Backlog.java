package org.theseus.transaction.core.outbox;

import java.util.List;
import java.util.Optional;
import org.theseus.persistence.api.Destination;
import org.theseus.persistence.api.Destination.Portion;
import org.theseus.persistence.api.LoggedEvent;
import org.theseus.persistence.api.OpenTransaction;
import org.theseus.persistence.api.OutboxStore;
import org.theseus.persistence.api.OutboxStore.QueuedEdu;
import org.theseus.protocol.api.ServerName;
import org.theseus.transaction.core.intake.InboundTransaction;

/** Finds in the store what goes to a destination next. Used inside a unit of work. */
final class Backlog {
  /** Who is so far behind gets a choice of it. */
  static final int MANY = 1_000;

  /** Of each room so many at most, where nothing tells which of them lead to the others. */
  static final int HEADS = 10;

  /** What there is to do. */
  sealed interface Found {
    /** Not before some time, in milliseconds since the epoch. */
    record Later(long ts) implements Found {}

    /** This is under way. */
    record Open(OpenTransaction transaction, List<LoggedEvent> pdus) implements Found {}

    /**
     * These go next, if there are any; {@code isWhole} unless they are a portion of what was
     * refused.
     */
    record Fresh(
        List<LoggedEvent> pdus, List<QueuedEdu> edus, long upTo, long upToEdu, boolean isWhole)
        implements Found {}
  }

  private Backlog() {}

  /**
   * Looks.
   *
   * @param now the time, or {@link Long#MAX_VALUE} to heed no back-off
   */
  static Found look(OutboxStore store, ServerName server, long now) {
    Optional<Destination> known = store.destination(server);
    if (known.isEmpty()) {
      return new Found.Fresh(List.of(), List.of(), 0, 0, true);
    }
    if (known.get().nextAttemptTs() > now) {
      return new Found.Later(known.get().nextAttemptTs());
    }
    Optional<OpenTransaction> open = store.open(server);
    if (open.isPresent()) {
      return new Found.Open(open.get(), store.logged(open.get().pdus()));
    }
    if (store.isBehind(server, MANY)) {
      store.catchUp(server, HEADS);
    }
    Destination destination = store.destination(server).orElseThrow();
    return portion(store, destination).orElseGet(() -> whole(store, destination));
  }

  /** What is left of a part that was refused, if there is one. */
  private static Optional<Found> portion(OutboxStore store, Destination destination) {
    Portion portion = destination.portion();
    if (portion.equals(Portion.NONE)) {
      return Optional.empty();
    }
    List<LoggedEvent> pdus =
        pdus(store, destination, Math.min(portion.most(), InboundTransaction.MAX_PDUS)).stream()
            .filter(event -> event.position() <= portion.upTo())
            .toList();
    int room = Math.min(portion.most() - pdus.size(), InboundTransaction.MAX_EDUS);
    List<QueuedEdu> edus =
        store.edus(destination.server(), room).stream()
            .filter(edu -> edu.id() <= portion.upToEdu())
            .toList();
    if (pdus.isEmpty() && edus.isEmpty()) {
      store.update(Standing.withPortion(destination, Portion.NONE));
      return Optional.empty();
    }
    return Optional.of(fresh(store, destination, pdus, edus, false));
  }

  private static Found whole(OutboxStore store, Destination destination) {
    List<LoggedEvent> pdus = pdus(store, destination, InboundTransaction.MAX_PDUS);
    List<QueuedEdu> edus = store.edus(destination.server(), InboundTransaction.MAX_EDUS);
    return fresh(store, destination, pdus, edus, true);
  }

  private static List<LoggedEvent> pdus(OutboxStore store, Destination destination, int limit) {
    ServerName server = destination.server();
    if (destination.catchingUpTo() > 0) {
      return store.toCatchUp(server, limit);
    }
    return destination.lastMeant() > destination.cursor()
        ? store.after(server, destination.cursor(), limit)
        : List.of();
  }

  private static Found.Fresh fresh(
      OutboxStore store,
      Destination destination,
      List<LoggedEvent> pdus,
      List<QueuedEdu> edus,
      boolean isWhole) {
    return new Found.Fresh(
        pdus,
        edus,
        upTo(store, destination, pdus),
        edus.isEmpty() ? 0 : edus.get(edus.size() - 1).id(),
        isWhole);
  }

  /** A choice moves the cursor with its last transaction only: positions are in no order there. */
  private static long upTo(OutboxStore store, Destination destination, List<LoggedEvent> pdus) {
    if (pdus.isEmpty()) {
      return destination.cursor();
    }
    if (destination.catchingUpTo() > 0) {
      boolean isLast = store.toCatchUp(destination.server(), pdus.size() + 1).size() == pdus.size();
      return isLast ? destination.catchingUpTo() : destination.cursor();
    }
    return pdus.get(pdus.size() - 1).position();
  }
}
