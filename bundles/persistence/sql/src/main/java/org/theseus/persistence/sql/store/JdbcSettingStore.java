package org.theseus.persistence.sql.store;

import java.util.Optional;
import org.theseus.persistence.api.SettingStore;
import org.theseus.persistence.sql.query.SmallQueries;

/** Facts in a table. */
final class JdbcSettingStore implements SettingStore {
  private final Session session;

  JdbcSettingStore(Session session) {
    this.session = session;
  }

  @Override
  public Optional<String> get(String name) {
    return session.find(SmallQueries.FIND_SETTING, row -> row.getString(1), name);
  }

  @Override
  public void put(String name, String value) {
    session.update(SmallQueries.PUT_SETTING, name, value);
  }
}
