package org.theseus.transaction.core;

import java.lang.annotation.Annotation;
import java.nio.file.Path;
import org.theseus.persistence.sqlite.SqliteDatabase;

/** The real store, on a file of a test's own. */
public final class TestStore {
  private TestStore() {}

  /** Opens it. */
  public static SqliteDatabase open(Path file) {
    SqliteDatabase database = new SqliteDatabase(new At(file.toString()));
    database.open();
    return database;
  }

  @SuppressWarnings("ClassExplicitlyAnnotation") // it stands for what the container would hand in
  private record At(String file) implements SqliteDatabase.Config {
    @Override
    public Class<? extends Annotation> annotationType() {
      return SqliteDatabase.Config.class;
    }
  }
}
