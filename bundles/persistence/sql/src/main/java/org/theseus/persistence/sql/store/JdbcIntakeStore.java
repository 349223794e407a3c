package org.theseus.persistence.sql.store;

import java.util.Optional;
import org.theseus.persistence.api.IntakeStore;
import org.theseus.persistence.sql.query.IntakeQueries;
import org.theseus.protocol.api.ServerName;

/** Answers and EDUs seen, in a table each. */
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
        IntakeQueries.FIND_ANSWER,
        row -> new Answered(row.getBytes(1), row.getBytes(2), row.getLong(3)),
        origin.value(),
        txnId);
  }

  @Override
  public void put(ServerName origin, String txnId, Answered answered) {
    session.update(
        IntakeQueries.PUT_ANSWER,
        references.server(origin),
        txnId,
        answered.answeredTs(),
        answered.bodyHash(),
        answered.answer());
  }

  @Override
  public int forget(long beforeTs, int limit) {
    return session.update(IntakeQueries.FORGET_ANSWERS, beforeTs, limit);
  }

  @Override
  public boolean isNewEdu(ServerName origin, byte[] digest, long seenTs, int most) {
    long server = references.server(origin);
    boolean isNew = session.update(IntakeQueries.ADD_SEEN, server, server, seenTs, digest) == 1;
    if (isNew) {
      session.update(IntakeQueries.TRIM_SEEN, server, server, most);
    }
    return isNew;
  }

  @Override
  public int forgetEdus(long beforeTs, int limit) {
    return session.update(IntakeQueries.FORGET_SEEN, beforeTs, limit);
  }
}
