package org.theseus.persistence.sql.store;

import java.util.List;
import java.util.Optional;
import org.theseus.persistence.api.AliasStore;
import org.theseus.persistence.sql.query.RoomQueries;
import org.theseus.protocol.api.RoomAlias;
import org.theseus.protocol.api.RoomId;

/** Aliases in a table. */
final class JdbcAliasStore implements AliasStore {
  private final Session session;
  private final References references;

  JdbcAliasStore(Session session, References references) {
    this.session = session;
    this.references = references;
  }

  @Override
  public boolean add(RoomAlias alias, RoomId roomId) {
    return session.update(RoomQueries.ADD_ALIAS, alias.value(), references.room(roomId)) == 1;
  }

  @Override
  public Optional<RoomId> find(RoomAlias alias) {
    return session.find(RoomQueries.FIND_ALIAS, row -> RoomId.of(row.getString(1)), alias.value());
  }

  @Override
  public List<RoomAlias> of(RoomId roomId) {
    return session.list(
        RoomQueries.ALIASES_OF, row -> RoomAlias.of(row.getString(1)), roomId.value());
  }

  @Override
  public void remove(RoomAlias alias) {
    session.update(RoomQueries.REMOVE_ALIAS, alias.value());
  }
}
