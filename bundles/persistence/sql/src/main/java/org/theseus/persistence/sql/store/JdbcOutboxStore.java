package org.theseus.persistence.sql.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.theseus.persistence.api.Destination;
import org.theseus.persistence.api.Destination.Portion;
import org.theseus.persistence.api.LoggedEvent;
import org.theseus.persistence.api.OpenTransaction;
import org.theseus.persistence.api.OutboxStore;
import org.theseus.persistence.sql.query.DestinationQueries;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.ServerName;

/**
 * The outbox in tables: destinations, transactions and EDUs; the log itself is {@link EventLog}.
 */
final class JdbcOutboxStore implements OutboxStore {
  private static final int CLOSED_KEPT = 1_000;

  private final Session session;
  private final References references;
  private final EventLog log;
  private final Choices choices;

  JdbcOutboxStore(Session session, References references) {
    this.session = session;
    this.references = references;
    this.log = new EventLog(session, references);
    this.choices = new Choices(session, references, log);
  }

  @Override
  public long append(RoomId roomId, EventId eventId, Set<ServerName> recipients) {
    return recipients.isEmpty() ? 0 : log.append(roomId, eventId, recipients);
  }

  @Override
  public List<LoggedEvent> after(ServerName destination, long after, int limit) {
    return log.after(destination, after, limit);
  }

  @Override
  public List<LoggedEvent> logged(List<EventId> ids) {
    return log.logged(ids);
  }

  @Override
  public long owed(ServerName destination) {
    return destination(destination)
        .map(
            known ->
                known.catchingUpTo() > 0
                    ? log.owed(destination, known.catchingUpTo()) + choices.left(destination)
                    : log.owed(destination, known.cursor()))
        .orElse(0L);
  }

  @Override
  public Optional<Destination> destination(ServerName server) {
    return session.find(DestinationQueries.FIND, JdbcOutboxStore::destination, server.value());
  }

  @Override
  public List<Destination> destinations() {
    return session.list(DestinationQueries.ALL, JdbcOutboxStore::destination);
  }

  private static Destination destination(ResultSet row) throws SQLException {
    return new Destination(
        ServerName.of(row.getString(1)),
        row.getLong(2),
        row.getLong(3),
        row.getInt(4),
        row.getLong(5),
        row.getLong(6),
        row.getLong(7),
        row.getString(8),
        row.getLong(9),
        new Portion(row.getInt(10), row.getLong(11), row.getLong(12)),
        row.getLong(13),
        row.getLong(14));
  }

  @Override
  public void remember(ServerName server) {
    known(server);
  }

  private long known(ServerName server) {
    long number = references.server(server);
    session.update(DestinationQueries.REMEMBER, number);
    return number;
  }

  @Override
  public void update(Destination destination) {
    session.update(
        DestinationQueries.UPDATE,
        destination.failures(),
        destination.failingSinceTs(),
        destination.nextAttemptTs(),
        destination.lastSuccessTs(),
        destination.problem(),
        destination.refusedSinceTs(),
        destination.portion().most(),
        destination.portion().upTo(),
        destination.portion().upToEdu(),
        known(destination.server()));
  }

  @Override
  public void open(OpenTransaction transaction) {
    long destination = known(transaction.destination());
    int opened =
        session.update(
            DestinationQueries.OPEN,
            destination,
            transaction.txnId(),
            transaction.originServerTs(),
            transaction.upTo(),
            transaction.upToEdu(),
            transaction.sha256(),
            transaction.edus());
    if (opened == 0) {
      throw new IllegalStateException(
          "a transaction is open already for " + transaction.destination());
    }
    int ordinal = 0;
    for (EventId pdu : transaction.pdus()) {
      session.update(DestinationQueries.OPEN_PDU, destination, ordinal++, references.event(pdu));
    }
  }

  @Override
  public Optional<OpenTransaction> open(ServerName destination) {
    List<EventId> pdus =
        session.list(
            DestinationQueries.FIND_OPEN_PDUS,
            row -> EventId.of(row.getString(1)),
            destination.value());
    return session.find(
        DestinationQueries.FIND_OPEN,
        row ->
            new OpenTransaction(
                destination,
                row.getString(1),
                row.getLong(2),
                row.getLong(3),
                pdus,
                row.getBytes(6),
                row.getLong(4),
                row.getBytes(5)),
        destination.value());
  }

  @Override
  public void close(OpenTransaction transaction, Outcome outcome, long ts) {
    Optional<String> open = open(transaction.destination()).map(OpenTransaction::txnId);
    if (!open.equals(Optional.of(transaction.txnId()))) {
      return;
    }
    long destination = references.server(transaction.destination());
    if (outcome == Outcome.DELIVERED || outcome == Outcome.GIVEN_UP) {
      advance(destination, transaction);
    }
    if (outcome == Outcome.GIVEN_UP) {
      session.update(DestinationQueries.LEAVE, transaction.pdus().size(), destination);
    }
    session.update(DestinationQueries.CLOSE_PDUS, destination);
    session.update(DestinationQueries.CLOSE, destination);
    session.update(
        DestinationQueries.ADD_CLOSED,
        destination,
        transaction.txnId(),
        ts,
        transaction.pdus().size(),
        Codes.of(outcome),
        destination);
    session.update(DestinationQueries.FORGET_CLOSED, destination, destination, CLOSED_KEPT);
  }

  private void advance(long destination, OpenTransaction transaction) {
    long upTo = transaction.upTo();
    session.update(DestinationQueries.CLOSE_CHOSEN, destination, destination);
    session.update(DestinationQueries.ADVANCE, upTo, upTo, destination, upTo);
    session.update(DestinationQueries.DROP_EDUS, destination, transaction.upToEdu());
  }

  @Override
  public List<ClosedTransaction> closed(ServerName destination, int limit) {
    return session.list(
        DestinationQueries.CLOSED,
        row ->
            new ClosedTransaction(
                row.getString(1), row.getLong(2), row.getInt(3), Codes.end(row.getInt(4))),
        destination.value(),
        limit);
  }

  @Override
  public boolean isBehind(ServerName destination, int events) {
    return destination(destination)
        .filter(known -> known.lastMeant() - known.cursor() >= events)
        .filter(known -> owed(destination) >= events)
        .isPresent();
  }

  @Override
  public void catchUp(ServerName destination, int mostPerRoom) {
    destination(destination)
        .filter(known -> known.catchingUpTo() == 0 && known.lastMeant() > known.cursor())
        .ifPresent(known -> choices.choose(known, mostPerRoom));
  }

  @Override
  public List<LoggedEvent> toCatchUp(ServerName destination, int limit) {
    return choices.read(destination, limit);
  }

  @Override
  public OptionalLong upTo(ServerName destination, String txnId) {
    return session
        .number(DestinationQueries.UP_TO, destination.value(), txnId, destination.value(), txnId)
        .map(OptionalLong::of)
        .orElse(OptionalLong.empty());
  }

  @Override
  public long addEdu(ServerName destination, byte[] json) {
    return session.number(DestinationQueries.ADD_EDU, known(destination), json).orElseThrow();
  }

  @Override
  public long addEdu(ServerName destination, String replaces, byte[] json) {
    long number = known(destination);
    session.update(DestinationQueries.REPLACE_EDU, number, replaces);
    return session.number(DestinationQueries.ADD_REPLACEABLE, number, replaces, json).orElseThrow();
  }

  @Override
  public List<QueuedEdu> edus(ServerName destination, int limit) {
    return session.list(
        DestinationQueries.EDUS,
        row -> new QueuedEdu(row.getLong(1), row.getBytes(2)),
        destination.value(),
        limit);
  }
}
