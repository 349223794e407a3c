package org.theseus.persistence.sql.store;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.theseus.persistence.api.KeyList;
import org.theseus.persistence.api.KeyStore;
import org.theseus.persistence.api.StoredKey;
import org.theseus.persistence.sql.query.KeyQueries;
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
        KeyQueries.FIND,
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
          KeyQueries.PUT,
          number,
          key.keyId().value(),
          key.publicKey(),
          key.validUntilTs(),
          key.expired(),
          key.fetchedTs());
    }
    keys.stream()
        .mapToLong(StoredKey::fetchedTs)
        .max()
        .ifPresent(latestTs -> session.update(KeyQueries.NOTE, number, latestTs));
  }

  @Override
  public Optional<KeyList> list(ServerName server) {
    return session.find(
        KeyQueries.FIND_LIST,
        row ->
            new KeyList(
                row.getBytes(1), row.getLong(2), row.getLong(3), ServerName.of(row.getString(4))),
        server.value());
  }

  @Override
  public void putList(ServerName server, KeyList list) {
    long number = references.server(server);
    session.update(
        KeyQueries.PUT_LIST,
        number,
        list.json(),
        list.validUntilTs(),
        list.fetchedTs(),
        references.server(list.source()));
    session.update(KeyQueries.NOTE, number, list.fetchedTs());
  }

  @Override
  public List<ServerName> servers(Optional<ServerName> after, int limit) {
    return session.list(
        KeyQueries.SERVERS,
        row -> ServerName.of(row.getString(1)),
        after.map(ServerName::value).orElse(""),
        limit);
  }

  @Override
  public void keep(ServerName server) {
    session.update(KeyQueries.KEEP, references.server(server));
  }

  @Override
  public OptionalLong strangersBeyond(int newest) {
    return session
        .number(KeyQueries.STRANGERS_BEYOND, newest)
        .map(OptionalLong::of)
        .orElse(OptionalLong.empty());
  }

  /** A stranger. */
  private record Stranger(long number, ServerName name) {}

  @Override
  public List<ServerName> forgetStrangers(long untilTs, int limit) {
    List<Stranger> strangers =
        session.list(
            KeyQueries.STRANGERS,
            row -> new Stranger(row.getLong(1), ServerName.of(row.getString(2))),
            untilTs,
            limit);
    for (Stranger stranger : strangers) {
      session.update(KeyQueries.FORGET, stranger.number());
      session.update(KeyQueries.FORGET_LIST, stranger.number());
      session.update(KeyQueries.FORGET_HOLDER, stranger.number());
    }
    return strangers.stream().map(Stranger::name).toList();
  }
}
