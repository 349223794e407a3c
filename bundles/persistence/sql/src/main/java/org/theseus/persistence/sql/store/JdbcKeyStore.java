package org.theseus.persistence.sql.store;

import java.util.List;
import java.util.Optional;
import org.theseus.persistence.api.KeyList;
import org.theseus.persistence.api.KeyStore;
import org.theseus.persistence.api.StoredKey;
import org.theseus.persistence.sql.query.SmallQueries;
import org.theseus.protocol.api.KeyId;
import org.theseus.protocol.api.ServerName;

/** Keys in a table. */
final class JdbcKeyStore implements KeyStore {
  private final Session session;
  private final References references;

  JdbcKeyStore(Session session, References references) {
    this.session = session;
    this.references = references;
  }

  @Override
  public List<StoredKey> find(ServerName server) {
    return session.list(
        SmallQueries.FIND_KEYS,
        row ->
            new StoredKey(
                KeyId.of(row.getString(1)),
                row.getBytes(2),
                row.getLong(3),
                row.getInt(4) == 1,
                row.getLong(5)),
        server.value());
  }

  @Override
  public void put(ServerName server, List<StoredKey> keys) {
    long number = references.server(server);
    for (StoredKey key : keys) {
      session.update(
          SmallQueries.PUT_KEY,
          number,
          key.keyId().value(),
          key.publicKey(),
          key.validUntilTs(),
          key.expired(),
          key.fetchedTs());
    }
  }

  @Override
  public Optional<KeyList> list(ServerName server) {
    return session.find(
        SmallQueries.FIND_KEY_LIST,
        row ->
            new KeyList(
                row.getBytes(1), row.getLong(2), row.getLong(3), ServerName.of(row.getString(4))),
        server.value());
  }

  @Override
  public void putList(ServerName server, KeyList list) {
    session.update(
        SmallQueries.PUT_KEY_LIST,
        references.server(server),
        list.json(),
        list.validUntilTs(),
        list.fetchedTs(),
        references.server(list.source()));
  }

  @Override
  public List<ServerName> servers(Optional<ServerName> after, int limit) {
    return session.list(
        SmallQueries.KEY_SERVERS,
        row -> ServerName.of(row.getString(1)),
        after.map(ServerName::value).orElse(""),
        limit);
  }
}
