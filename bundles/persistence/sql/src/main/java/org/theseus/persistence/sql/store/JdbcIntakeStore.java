package org.theseus.persistence.sql.store;

import java.util.Optional;
import org.theseus.persistence.api.IntakeStore;
import org.theseus.persistence.sql.query.JournalQueries;
import org.theseus.protocol.api.ServerName;

/** Answers in a table. */
final class JdbcIntakeStore implements IntakeStore {
  private final Session session;
  private final References references;

  JdbcIntakeStore(Session session, References references) {
    this.session = session;
    this.references = references;
  }

  @Override
  public Optional<Answered> find(ServerName origin, String txnId) {
    return session.find(
        JournalQueries.FIND_ANSWER,
        row -> new Answered(row.getBytes(1), row.getBytes(2), row.getLong(3)),
        origin.value(),
        txnId);
  }

  @Override
  public void put(ServerName origin, String txnId, Answered answered) {
    session.update(
        JournalQueries.PUT_ANSWER,
        references.server(origin),
        txnId,
        answered.answeredTs(),
        answered.bodyHash(),
        answered.answer());
  }
}
