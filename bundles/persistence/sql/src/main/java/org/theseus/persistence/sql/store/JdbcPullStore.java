package org.theseus.persistence.sql.store;

import java.util.List;
import org.theseus.persistence.api.PullStore;
import org.theseus.persistence.sql.query.PullQueries;
import org.theseus.protocol.api.ServerName;

/** How far others have come, in a table. */
final class JdbcPullStore implements PullStore {
  private final Session session;
  private final References references;

  JdbcPullStore(Session session, References references) {
    this.session = session;
    this.references = references;
  }

  @Override
  public void reached(ServerName server, String txnId) {
    session.update(PullQueries.REACHED, references.server(server), txnId);
  }

  @Override
  public void begin(long nowTs) {
    session.update(PullQueries.BEGIN, nowTs);
  }

  @Override
  public List<Pull> pending() {
    return session.list(
        PullQueries.PENDING, row -> new Pull(ServerName.of(row.getString(1)), row.getString(2)));
  }

  @Override
  public void goOn(Pull pull) {
    session.update(PullQueries.GO_ON, pull.after(), pull.server().value());
  }

  @Override
  public void end(ServerName server, long notBeforeTs) {
    session.update(PullQueries.END, notBeforeTs, server.value());
  }
}
