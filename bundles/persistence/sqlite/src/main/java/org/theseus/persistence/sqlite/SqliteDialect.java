package org.theseus.persistence.sqlite;

import org.theseus.persistence.sql.schema.Dialect;

/** SQLite's spelling. Its text compares by UTF-8 bytes, which is the order of code points. */
final class SqliteDialect implements Dialect {
  @Override
  public String identity() {
    return "INTEGER PRIMARY KEY AUTOINCREMENT";
  }

  @Override
  public String number() {
    return "INTEGER";
  }

  @Override
  public String text() {
    return "TEXT";
  }

  @Override
  public String bytes() {
    return "BLOB";
  }

  @Override
  public String clustered() {
    return "WITHOUT ROWID";
  }
}
